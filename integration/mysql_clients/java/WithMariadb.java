import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.sql.*;
import java.util.*;

/** MariaDB Connector/J: the steps by statements prepared by itself and by the server; batches, streams, several results. */
public final class WithMariadb {
  private static String host, port, user, password, database;

  public static void main(String[] args) throws Exception {
    host = args[0];
    port = args[1];
    user = args[2];
    password = args[3];
    database = args[4];
    for (String mode : List.of("useServerPrepStmts=false", "useServerPrepStmts=true", "useServerPrepStmts=true&rewriteBatchedStatements=true")) {
      try (Connection link = connect(password, mode)) {
        steps(mode, link);
        more(mode, link);
      }
    }
    try (Connection link = connect("wrong", "connectTimeout=20000")) {
      emit("wrong password", "let in");
    } catch (SQLException error) {
      emit("wrong password", error.getSQLState() + " " + error.getErrorCode());
    }
  }

  private static Connection connect(String secret, String options) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", secret);
    return DriverManager.getConnection("jdbc:mariadb://" + host + ":" + port + "/" + database +
        "?allowMultiQueries=true&allowPublicKeyRetrieval=true&" + options, properties);
  }

  private static void emit(String step, Object value) {
    System.out.println("{\"step\": " + quoted(step) + ", \"value\": " + quoted(String.valueOf(value)) + "}");
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    }
    return out.append('"').toString();
  }

  private static String rows(ResultSet result) throws SQLException {
    ResultSetMetaData about = result.getMetaData();
    StringBuilder out = new StringBuilder();
    for (int column = 1; column <= about.getColumnCount(); column++) {
      out.append(about.getColumnLabel(column)).append(':').append(about.getTableName(column)).append(':');
      out.append(about.getColumnTypeName(column)).append(' ');
    }
    while (result.next()) {
      out.append('|');
      for (int column = 1; column <= about.getColumnCount(); column++) {
        Object value = result.getObject(column);
        if (value instanceof byte[] bytes) value = HexFormat.of().formatHex(bytes);
        out.append(value == null ? "" : value.getClass().getSimpleName()).append(' ').append(value).append(';');
      }
    }
    return out.toString();
  }

  /** All results of a statement that was executed, its keys and warnings. */
  private static String results(Statement statement, boolean first) throws SQLException {
    StringBuilder out = new StringBuilder();
    boolean rows = first;
    while (rows || statement.getUpdateCount() != -1) {
      out.append(rows ? rows(statement.getResultSet()) : "count " + statement.getUpdateCount() + " ");
      rows = statement.getMoreResults();
    }
    for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
      out.append(warning.getErrorCode()).append(' ').append(warning.getMessage()).append("; ");
    }
    return out.toString();
  }

  private static String text(Connection link, String text) throws SQLException {
    try (Statement statement = link.createStatement()) {
      String found = results(statement, statement.execute(text, Statement.RETURN_GENERATED_KEYS));
      return text.startsWith("insert") ? found + keys(statement) : found;
    }
  }

  private static String keys(Statement statement) throws SQLException {
    try (ResultSet keys = statement.getGeneratedKeys()) { return rows(keys); }
  }

  private static String prepared(Connection link, String text, String[] parts) throws SQLException {
    try (PreparedStatement statement = link.prepareStatement(text, Statement.RETURN_GENERATED_KEYS)) {
      for (int n = 2; n < parts.length; n++) {
        String value = parts[n].substring(2);
        switch (parts[n].charAt(0)) {
          case 'i' -> statement.setInt(n - 1, Integer.parseInt(value));
          case 'd' -> statement.setBigDecimal(n - 1, new java.math.BigDecimal(value));
          case 'b' -> statement.setBytes(n - 1, HexFormat.of().parseHex(value));
          case 'n' -> statement.setNull(n - 1, Types.VARCHAR);
          default -> statement.setString(n - 1, value);
        }
      }
      String found = results(statement, statement.execute());
      if (text.startsWith("insert")) return found + keys(statement);
      return text.startsWith("select") ? found + results(statement, statement.execute()) : found;
    }
  }

  private static void steps(String mode, Connection link) throws Exception {
    int number = 0;
    for (String line : Files.readAllLines(Path.of(System.getenv("STEPS")), StandardCharsets.UTF_8)) {
      if (line.isEmpty() || line.startsWith("#")) continue;
      String[] parts = line.split("\t");
      String name = mode + " " + number++ + " " + String.join(" ", parts);
      try {
        switch (parts[0]) {
          case "text" -> emit(name, text(link, parts[1]));
          case "prepared" -> emit(name, prepared(link, parts[1], parts));
          case "begin" -> link.setAutoCommit(false);
          default -> {
            if (parts[0].equals("commit")) link.commit(); else link.rollback();
            link.setAutoCommit(true);
          }
        }
      } catch (SQLException error) {
        emit(name, error.getClass().getSimpleName() + " " + error.getSQLState() + " " + error.getErrorCode() + " " +
            error.getMessage().replaceAll("conn=\\d+", "conn"));
      }
    }
  }

  private static void more(String mode, Connection link) throws SQLException {
    emit(mode + " several", text(link, "select 1 as a; insert into kept (said) values ('x'); select 2 as b"));
    try (PreparedStatement statement = link.prepareStatement("insert into kept (fruit, said) values (?, ?)", Statement.RETURN_GENERATED_KEYS)) {
      for (int n = 0; n < 50; n++) {
        statement.setInt(1, n % 3 + 1);
        statement.setString(2, "batch " + n);
        statement.addBatch();
      }
      emit(mode + " batch", Arrays.toString(statement.executeBatch()) + rows(statement.getGeneratedKeys()));
    }
    emit(mode + " after batch", text(link, "select count(*), max(said) from kept"));
    try (Statement statement = link.createStatement()) {
      statement.setFetchSize(10);
      try (ResultSet result = statement.executeQuery("select a.id, b.id from kinds a join kinds b join kinds c join kinds d order by 1, 2")) {
        emit(mode + " streamed", rows(result));
      }
    }
    try (CallableStatement call = link.prepareCall("{call several(?)}")) {
      call.setInt(1, 2);
      emit(mode + " called", results(call, call.execute()));
    }
    DatabaseMetaData about = link.getMetaData();
    emit(mode + " server", about.getDatabaseProductVersion() + link.isValid(5) + link.getTransactionIsolation());
    emit(mode + " columns", rows(about.getColumns(database, null, "fruit", "%")));
    emit(mode + " keys", rows(about.getImportedKeys(database, null, "kept")));
    emit(mode + " deleted", text(link, "delete from kept") + text(link, "alter table kept auto_increment = 1"));
  }
}
