import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.sql.*;
import java.util.*;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** JDBC: prepared statements (server-side from the fifth use, then binary), fetch size, batches, COPY, cancel. */
public final class WithJdbc {
  private static String host, port, user, password, database;

  public static void main(String[] args) throws Exception {
    host = args[0];
    port = args[1];
    user = args[2];
    password = args[3];
    database = args[4];
    authentication();
    for (String mode : List.of("extended", "simple", "extendedForPrepared", "extendedCacheEverything")) {
      try (Connection link = connect(user, password, Map.of("preferQueryMode", mode))) {
        reading(mode, link);
        transactions(mode, link);
        errors(mode, link);
        large(mode, link);
      }
    }
    try (Connection link = connect(user, password, Map.of("binaryTransfer", "false"))) { reading("text", link); }
    try (Connection link = connect(user, password, Map.of())) {
      batches(link);
      copies(link);
      asynchronous(link);
      metadata(link);
    }
  }

  private static Connection connect(String name, String secret, Map<String, String> more) throws SQLException {
    Properties properties = new Properties();
    properties.putAll(more);
    properties.setProperty("user", name);
    properties.setProperty("password", secret);
    return DriverManager.getConnection("jdbc:postgresql://" + host + ":" + port + "/" + database, properties);
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
      out.append(about.getColumnName(column)).append(':').append(about.getColumnTypeName(column)).append(' ');
    }
    while (result.next()) {
      out.append('|');
      for (int column = 1; column <= about.getColumnCount(); column++) {
        Object value = result.getObject(column);
        if (value instanceof byte[] bytes) value = HexFormat.of().formatHex(bytes);
        String name = value == null ? "" : value.getClass().getSimpleName();
        out.append(name).append(' ').append(value).append(';');
      }
    }
    return out.toString();
  }

  private static String query(Connection link, String text, Object... values) throws SQLException {
    try (PreparedStatement statement = link.prepareStatement(text)) {
      for (int n = 0; n < values.length; n++) statement.setObject(n + 1, values[n]);
      return statement.execute() ? rows(statement.getResultSet()) : "count " + statement.getUpdateCount();
    }
  }

  private static void authentication() throws SQLException {
    for (String name : List.of("postgres", "plain_password", "with_md5", "with_scram")) {
      try (Connection link = connect(name, password, Map.of())) { emit("login " + name, query(link, "select current_user::text")); }
      if (name.equals("postgres")) continue;
      try (Connection link = connect(name, "wrong", Map.of())) {
        emit("wrong " + name, "let in");
      } catch (SQLException error) {
        emit("wrong " + name, error.getSQLState());
      }
    }
  }

  private static void reading(String mode, Connection link) throws SQLException {
    emit(mode + " types", query(link, "select * from kinds order by i4"));
    try (PreparedStatement statement = link.prepareStatement("select id, name, price, tags, data, made from products where id = ?")) {
      for (int time = 0; time < 12; time++) {
        statement.setInt(1, time % 3 + 1);
        try (ResultSet result = statement.executeQuery()) { emit(mode + " by key, time " + time, rows(result)); }
      }
    }
    for (int time = 0; time < 2; time++) {
      emit(mode + " aggregate " + time, query(link, "select count(*), avg(price), max(made) from products"));
      emit(mode + " null " + time, query(link, "select coalesce(?::text, 'nothing')", (Object) null));
    }
    for (String setting : List.of("set timezone = 'Asia/Kolkata'", "set search_path = other", "reset all")) {
      query(link, setting);
      emit(mode + " " + setting, query(link, "select name from products where id = 1") +
          query(link, "select to_char(tz, 'HH24 TZ') from public.kinds where i4 = 2"));
    }
    try (Statement several = link.createStatement()) {
      StringBuilder all = new StringBuilder();
      for (boolean more = several.execute("select 1; select owner from accounts where id = 1"); more; more = several.getMoreResults()) {
        all.append(rows(several.getResultSet()));
      }
      emit(mode + " several", all);
    }
  }

  private static void transactions(String mode, Connection link) throws SQLException {
    String read = "select count(*) from written";
    link.setAutoCommit(false);
    query(link, "insert into written values (?, ?)", 1, "one");
    Savepoint point = link.setSavepoint();
    query(link, "insert into written values (?, ?)", 2, "two");
    link.rollback(point);
    emit(mode + " inside", query(link, read));
    link.rollback();
    emit(mode + " rolled back", query(link, read));
    query(link, "insert into written values (?, ?)", 3, "three");
    link.commit();
    emit(mode + " committed", query(link, read));
    link.commit();
    link.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    emit(mode + " repeatable read", query(link, read) + query(link, read));
    link.commit();
    link.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    link.setAutoCommit(true);
    emit(mode + " deleted", query(link, "delete from written") + query(link, read));
  }

  private static void errors(String mode, Connection link) throws SQLException {
    for (String text : List.of("insert into products (id, name) values (1, 'again')", "selec 1", "select * from no_such_table",
        "select 1/0 from accounts", "select 'x'::int", "insert into reviews (product_id, stars) values (99999, 1)")) {
      try {
        emit(mode + " " + text, query(link, text));
      } catch (SQLException error) {
        emit(mode + " " + text, error.getClass().getSimpleName() + " " + error.getSQLState() + " " + error.getMessage());
      }
      emit(mode + " after " + text, query(link, "select id from accounts where id = 1"));
    }
  }

  private static void large(String mode, Connection link) throws SQLException {
    link.setAutoCommit(false);
    try (PreparedStatement statement = link.prepareStatement("select n, md5(n::text) from generate_series(1, 100000) n")) {
      statement.setFetchSize(1000);
      long count = 0, sum = 0;
      try (ResultSet result = statement.executeQuery()) {
        for (; result.next(); count++) sum += result.getInt(1);
      }
      emit(mode + " large", count + " " + sum);
    }
    try (PreparedStatement statement = link.prepareStatement("select id, owner from accounts where id < ? order by id")) {
      for (int time = 0; time < 8; time++) {
        statement.setInt(1, 9);
        statement.setFetchSize(time % 2 == 0 ? 3 : 0);
        try (ResultSet result = statement.executeQuery()) { emit(mode + " fetch size, time " + time, rows(result)); }
      }
    }
    link.commit();
    link.setAutoCommit(true);
  }

  private static void batches(Connection link) throws SQLException {
    try (PreparedStatement statement = link.prepareStatement("insert into written values (?, ?)")) {
      for (int n = 0; n < 50; n++) {
        statement.setInt(1, n);
        statement.setString(2, "batch " + n);
        statement.addBatch();
      }
      emit("batch", Arrays.toString(statement.executeBatch()));
    }
    emit("after batch", query(link, "select count(*), max(v) from written"));
    try (Statement statement = link.createStatement()) {
      emit("generated keys", statement.executeUpdate("insert into audit (what) values ('x')", Statement.RETURN_GENERATED_KEYS) +
          rows(statement.getGeneratedKeys()));
    }
    emit("delete", query(link, "delete from written") + query(link, "select count(*) from written"));
  }

  private static void copies(Connection link) throws Exception {
    CopyManager copy = link.unwrap(PGConnection.class).getCopyAPI();
    emit("copy in", copy.copyIn("copy written (id, v) from stdin", new StringReader("1\tone\n2\ttwo\n")));
    emit("after copy in", query(link, "select * from written order by id"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    copy.copyOut("copy (select id, owner from accounts order by id) to stdout", out);
    emit("copy out", out);
    query(link, "delete from written");
  }

  private static void asynchronous(Connection link) throws Exception {
    query(link, "listen java");
    query(link, "notify java, 'payload'");
    var notes = link.unwrap(PGConnection.class).getNotifications(20000);
    emit("notification", notes[0].getName() + " " + notes[0].getParameter());
    try (Statement statement = link.createStatement()) {
      statement.executeQuery("select say('heard')").close();
      emit("notice", statement.getWarnings());
    }
    try (Statement sleeping = link.createStatement(); Connection other = connect("postgres", password, Map.of())) {
      Thread thread = new Thread(() -> {
        String watch = "select count(*) from pg_stat_activity where query = 'select pg_sleep(30)' and state = 'active'";
        try {
          while (query(other, watch).endsWith("Long 0;")) Thread.sleep(10);
          sleeping.cancel();
        } catch (SQLException | InterruptedException error) {
          emit("cancel failed", error);
        }
      });
      thread.start();
      try {
        sleeping.execute("select pg_sleep(30)");
        emit("cancel", "not cancelled");
      } catch (SQLException error) {
        emit("cancel", error.getSQLState());
      }
      thread.join();
    }
    emit("after cancel", query(link, "select id from accounts where id = 1"));
  }

  private static void metadata(Connection link) throws SQLException {
    DatabaseMetaData about = link.getMetaData();
    emit("product", about.getDatabaseProductVersion());
    emit("tables", rows(about.getTables(null, "public", "%", new String[] {"TABLE", "VIEW"})));
    emit("columns", rows(about.getColumns(null, "public", "accounts", "%")));
    emit("keys", rows(about.getPrimaryKeys(null, "public", "accounts")));
  }
}
