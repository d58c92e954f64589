<?php
// mysqli: the steps by query() and by prepared statements of the server's own.
[, $host, $port, $user, $password, $database] = $argv;
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);

function emit(string $step, $value): void
{
    echo json_encode(["step" => $step, "value" => shown($value)], JSON_UNESCAPED_UNICODE), "\n";
}

function shown($value)  // with the type; bytes that are no UTF-8 in hexadecimal
{
    if (is_array($value)) return array_map('shown', $value);
    if (is_string($value)) return "string " . (mb_check($value) ? $value : bin2hex($value));
    return gettype($value) . " " . var_export($value, true);
}

function mb_check(string $text): bool
{
    return preg_match('//u', $text) === 1;
}

function columns($result): array
{
    return array_map(fn($f) => [$f->name, $f->orgname, $f->table, $f->type, $f->flags, $f->length, $f->decimals, $f->charsetnr],
                     $result->fetch_fields());
}

function text(mysqli $link, string $text): array
{
    $found = [];
    $link->multi_query($text);
    do {
        $result = $link->store_result();
        $found[] = $result ? [columns($result), $result->fetch_all()] : null;
        $found[] = [$link->affected_rows, $link->insert_id, $link->warning_count, $link->info, $link->sqlstate];
    } while ($link->more_results() && $link->next_result());
    return $found;
}

function prepared(mysqli $link, string $text, array $values): array
{
    $statement = $link->prepare($text);
    $types = implode('', array_map(fn($v) => is_int($v) ? 'i' : 's', $values));
    if ($values) $statement->bind_param($types, ...$values);
    $found = [];
    for ($time = 0; $time < (str_starts_with($text, 'select') ? 2 : 1); $time++) {
        $statement->execute();
        $result = $statement->get_result();
        $found[] = $result ? [columns($result), $result->fetch_all()] : null;
        $found[] = [$statement->affected_rows, $statement->insert_id, $statement->sqlstate, $statement->param_count];
    }
    $statement->close();
    return $found;
}

$link = new mysqli($host, $user, $password, $database, (int)$port);
$link->set_charset('utf8mb4');
foreach (file(getenv('STEPS'), FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) as $number => $line) {
    if ($line[0] === '#') continue;
    $parts = explode("\t", $line);
    $values = array_map(fn($p) => match ($p[0]) {
        'i' => (int)substr($p, 2), 'b' => hex2bin(substr($p, 2)), 'n' => null, default => substr($p, 2) }, array_slice($parts, 2));
    $name = "$number " . implode(' ', array_slice($parts, 0, 2));
    try {
        emit($name, match ($parts[0]) {
            'text' => text($link, $parts[1]), 'prepared' => prepared($link, $parts[1], $values),
            'begin' => $link->begin_transaction(), 'commit' => $link->commit(), 'rollback' => $link->rollback() });
    } catch (mysqli_sql_exception $error) {
        while ($link->more_results()) {
            try { $link->next_result(); } catch (mysqli_sql_exception $more) {}
        }
        emit($name, [$error->getCode(), $error->getSqlState(), $error->getMessage()]);
    }
}
emit('several', text($link, "select 1 as a; insert into kept (said) values ('x'); select 2 as b"));
$statement = $link->prepare('insert into kept (said, body) values (?, ?)');
$said = 'long data';
$body = null;
$statement->bind_param('sb', $said, $body);
foreach (range(1, 20) as $n) $statement->send_long_data(1, str_repeat(chr($n), 100000));
$statement->execute();
emit('long data', [$statement->affected_rows, text($link, 'select length(body), crc32(body) from kept where said = \'long data\'')]);
$reader = $link->query('select a.id, b.id, c.id from kinds a join kinds b join kinds c', MYSQLI_USE_RESULT);
emit('unbuffered', $reader->fetch_all());
$link->change_user('trusted', '', $database);
emit('another user', text($link, "select substring_index(user(), '@', 1)"));
emit('deleted', text($link, 'delete from kept; alter table kept auto_increment = 1'));
$link->close();
