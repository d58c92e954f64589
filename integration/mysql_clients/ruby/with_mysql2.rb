# mysql2, on MariaDB's library in C: the steps by query and by prepared statements.
require 'bigdecimal'
require 'json'
require 'mysql2'

HOST, PORT, USER, PASSWORD, DATABASE = ARGV

def shown(value)
  case value
  when Array then value.map { |one| shown(one) }
  when Hash then value.map { |key, one| [key, shown(one)] }
  when String then "String #{value.encoding} #{value.valid_encoding? && value.encoding != Encoding::BINARY ? value : value.unpack1('H*')}"
  when Time then "Time #{value.strftime('%F %T.%6N')}"
  when BigDecimal then "BigDecimal #{value.to_s('F')}"
  else "#{value.class} #{value.inspect}"
  end
end

def emit(step, value)
  puts JSON.generate(step: step, value: shown(value))
end

def rows(result)
  result && [result.fields, result.to_a]
end

def text(link, text)
  found = [rows(link.query(text, cast_booleans: false)), link.affected_rows, link.last_id, link.warning_count]
  found << rows(link.store_result) while link.next_result
  found
end

def prepared(link, text, values)
  statement = link.prepare(text)
  found = [statement.param_count]
  (text.start_with?('select') ? 2 : 1).times { found << rows(statement.execute(*values)) << statement.affected_rows << statement.last_id }
  statement.close
  found
end

def value(text)
  rest = text[2..]
  { 'i' => -> { rest.to_i }, 'd' => -> { BigDecimal(rest) }, 'b' => -> { [rest].pack('H*') }, 'n' => -> {}, 's' => -> { rest } }[text[0]].call
end

link = Mysql2::Client.new(host: HOST, port: PORT.to_i, username: USER, password: PASSWORD, database: DATABASE, encoding: 'utf8mb4',
                          flags: Mysql2::Client::MULTI_STATEMENTS)
File.readlines(ENV['STEPS'], encoding: 'UTF-8', chomp: true).each_with_index do |line, number|
  next if line.empty? || line.start_with?('#')

  way, statement, *values = line.split("\t")
  name = "#{number} #{way} #{statement}"
  begin
    emit(name, case way
               when 'text' then text(link, statement)
               when 'prepared' then prepared(link, statement, values.map { |one| value(one) })
               when 'begin' then text(link, 'START TRANSACTION')
               else text(link, way.upcase)
               end)
  rescue Mysql2::Error => e
    link.abandon_results!
    emit(name, [e.error_number, e.sql_state, e.message])
  end
end
emit('several', text(link, 'select 1 as a; select 2 as b; select 3 as c'))
count = 0
link.query('select a.id, b.id, c.id from kinds a join kinds b join kinds c', stream: true, cache_rows: false).each { count += 1 }
emit('streamed', [count, link.ping, link.server_info[:version]])
link.close
begin
  Mysql2::Client.new(host: HOST, port: PORT.to_i, username: USER, password: 'wrong')
rescue Mysql2::Error => e
  emit('wrong password', [e.error_number, e.sql_state, e.message])
end
