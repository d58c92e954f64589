<?php
// PDO: the steps with statements prepared by the server and with those that PDO makes up itself.
[, $host, $port, $user, $password, $database] = $argv;

function emit(string $step, $value): void
{
    echo json_encode(["step" => $step, "value" => shown($value)], JSON_UNESCAPED_UNICODE), "\n";
}

function shown($value)
{
    if (is_array($value)) return array_map('shown', $value);
    if (is_string($value)) return "string " . (preg_match('//u', $value) === 1 ? $value : bin2hex($value));
    return gettype($value) . " " . var_export($value, true);
}

function results(PDO $link, PDOStatement $statement): array
{
    $found = [];
    do {
        $columns = [];
        for ($n = 0; $n < $statement->columnCount(); $n++) $columns[] = $statement->getColumnMeta($n);
        $found[] = [$columns, $columns ? $statement->fetchAll(PDO::FETCH_NUM) : null, $statement->rowCount(), $link->lastInsertId()];
    } while ($statement->nextRowset());
    $statement->closeCursor();
    return $found;
}

function prepared(PDO $link, string $text, array $values): array
{
    $statement = $link->prepare($text);
    foreach ($values as $n => $value) {
        $statement->bindValue($n + 1, $value, $value === null ? PDO::PARAM_NULL : (is_int($value) ? PDO::PARAM_INT : PDO::PARAM_STR));
    }
    $statement->execute();
    return results($link, $statement);
}

foreach ([false, true] as $emulated) {
    $link = new PDO("mysql:host=$host;port=$port;dbname=$database;charset=utf8mb4", $user, $password,
                    [PDO::ATTR_EMULATE_PREPARES => $emulated, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
    foreach (file(getenv('STEPS'), FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) as $number => $line) {
        if ($line[0] === '#') continue;
        $parts = explode("\t", $line);
        $values = array_map(fn($p) => match ($p[0]) {
            'i' => (int)substr($p, 2), 'b' => hex2bin(substr($p, 2)), 'n' => null, default => substr($p, 2) }, array_slice($parts, 2));
        $name = ($emulated ? 'emulated ' : 'native ') . "$number " . implode(' ', array_slice($parts, 0, 2));
        try {
            emit($name, match ($parts[0]) {
                'text' => results($link, $link->query($parts[1])), 'prepared' => prepared($link, $parts[1], $values),
                'begin' => $link->beginTransaction(), 'commit' => $link->commit(), 'rollback' => $link->rollBack() });
        } catch (PDOException $error) {
            emit($name, [$error->getCode(), $error->errorInfo, $error->getMessage()]);
        }
    }
    $link = null;
}
