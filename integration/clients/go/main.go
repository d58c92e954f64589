// Go's database/sql with lib/pq.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/lib/pq"
)

func emit(step string, value interface{}) {
	line, err := json.Marshal(map[string]interface{}{"step": step, "value": value})
	check(err)
	fmt.Println(string(line))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func source(user, password, more string) string {
	quote := func(text string) string { return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'" }
	return fmt.Sprintf("host=%s port=%s user=%s password=%s dbname=%s sslmode=disable %s",
		os.Args[1], os.Args[2], user, quote(password), os.Args[5], more)
}

func open(user, password, more string) *sql.DB {
	db, err := sql.Open("postgres", source(user, password, more))
	check(err)
	db.SetMaxOpenConns(1)
	return db
}

func state(err error) string {
	var known *pq.Error
	if errors.As(err, &known) {
		return string(known.Code)
	}
	return fmt.Sprint(err)
}

type querier interface {
	QueryContext(context.Context, string, ...interface{}) (*sql.Rows, error)
}

func rows(on querier, text string, values ...interface{}) interface{} {
	found, err := on.QueryContext(context.Background(), text, values...)
	if err != nil {
		return state(err)
	}
	return drain(found)
}

func drain(found *sql.Rows) interface{} {
	defer found.Close()
	types, err := found.ColumnTypes()
	check(err)
	out := []string{}
	for _, column := range types {
		out = append(out, column.Name()+":"+column.DatabaseTypeName())
	}
	for found.Next() {
		values, pointers := make([]interface{}, len(types)), make([]interface{}, len(types))
		for n := range values {
			pointers[n] = &values[n]
		}
		check(found.Scan(pointers...))
		line := ""
		for _, value := range values {
			if moment, ok := value.(time.Time); ok {
				value = moment.UTC().Format(time.RFC3339Nano)
			}
			line += fmt.Sprintf("%T %q;", value, fmt.Sprint(value))
		}
		out = append(out, line)
	}
	if found.Err() != nil {
		out = append(out, state(found.Err()))
	}
	return out
}

func authentication() {
	for _, user := range []string{"postgres", "plain_password", "with_md5", "with_scram"} {
		db := open(user, os.Args[4], "")
		emit("login "+user, rows(db, "select current_user::text"))
		db.Close()
		if user != "postgres" {
			db = open(user, "wrong", "")
			emit("wrong "+user, state(db.Ping()))
			db.Close()
		}
	}
}

func reading(mode string, db *sql.DB) {
	emit(mode+" types", rows(db, "select i2, i4, i8, f4, f8, n, t, v, c, b, d, tz, bo, u, j, m from kinds where i4 > 0 or i4 is null order by i4"))
	text := "select id, name, price, tags, data, made from products where id = $1"
	prepared, err := db.Prepare(text)
	check(err)
	for at := 0; at < 9; at++ {
		emit(fmt.Sprintf("%s by key, time %d", mode, at), rows(db, text, at%3+1))
		found, err := prepared.Query(at%3 + 1)
		check(err)
		emit(fmt.Sprintf("%s prepared, time %d", mode, at), drain(found))
		emit(fmt.Sprintf("%s simple, time %d", mode, at), rows(db, "select owner from accounts where id = 1"))
	}
	prepared.Close()
	emit(mode+" several", rows(db, "select 1; select 2"))
	for _, setting := range []string{"set timezone = 'Asia/Kolkata'", "set search_path = other", "reset all"} {
		rows(db, setting)
		emit(mode+" "+setting, []interface{}{rows(db, "select name from products where id = 1"),
			rows(db, "select to_char(tz, 'HH24 TZ') from public.kinds where i4 = 2")})
	}
	found, err := db.Query("select n, md5(n::text) from generate_series(1, 100000) n")
	check(err)
	count, sum := 0, 0
	for n, t := 0, ""; found.Next(); count++ {
		check(found.Scan(&n, &t))
		sum += n
	}
	found.Close()
	emit(mode+" large", []int{count, sum})
}

func transactions(mode string, db *sql.DB) {
	read := "select count(*) from written"
	other := open("with_scram", os.Args[4], "")
	defer other.Close()
	for _, end := range []string{"rollback", "commit"} {
		tx, err := db.Begin()
		check(err)
		_, err = tx.Exec("insert into written values ($1, $2)", len(end), end)
		check(err)
		emit(mode+" inside "+end, []interface{}{rows(tx, read), rows(other, read)})
		if end == "commit" {
			check(tx.Commit())
		} else {
			check(tx.Rollback())
		}
		emit(mode+" after "+end, []interface{}{rows(db, read), rows(other, read)})
	}
	tx, err := db.BeginTx(context.Background(), &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	check(err)
	emit(mode+" read only", []interface{}{rows(tx, read), rows(tx, "delete from written")})
	tx.Rollback()
	emit(mode+" delete", []interface{}{rows(db, "delete from written returning id"), rows(other, read)})
	for _, text := range []string{"insert into products (id, name) values (1, 'again')", "selec 1", "select * from no_such_table",
		"select 1/0 from accounts", "select 'x'::int", "insert into reviews (product_id, stars) values (99999, 1)"} {
		emit(mode+" "+text, rows(db, text))
		emit(mode+" after "+text, rows(db, "select id from accounts where id = 1"))
	}
}

func copies(db *sql.DB) {
	tx, err := db.Begin()
	check(err)
	statement, err := tx.Prepare(pq.CopyIn("written", "id", "v"))
	check(err)
	for n := 0; n < 100; n++ {
		_, err = statement.Exec(n, fmt.Sprint("row ", n))
		check(err)
	}
	_, err = statement.Exec()
	check(err)
	check(statement.Close())
	emit("copy in", rows(tx, "select count(*), max(v) from written"))
	check(tx.Rollback())
	emit("after copy rolled back", rows(db, "select count(*) from written"))
}

func asynchronous(db *sql.DB) {
	listener := pq.NewListener(source("with_scram", os.Args[4], ""), time.Second, time.Minute, nil)
	check(listener.Listen("go"))
	rows(db, "notify go, 'payload'")
	select {
	case note := <-listener.Notify:
		emit("notification", []string{note.Channel, note.Extra})
	case <-time.After(20 * time.Second):
		emit("notification", "none")
	}
	listener.Close()
	limited, stop := context.WithCancel(context.Background())
	go func() {
		defer stop()
		watch := open("with_scram", os.Args[4], "")
		defer watch.Close()
		for count := 0; count == 0; time.Sleep(10 * time.Millisecond) {
			check(watch.QueryRow("select count(*) from pg_stat_activity where query = 'select pg_sleep(30)' and state = 'active'" +
				" and datname = current_database()").Scan(&count))
		}
	}()
	_, err := db.ExecContext(limited, "select pg_sleep(30)")
	emit("cancel", state(err))
	emit("after cancel", rows(db, "select id from accounts where id = 1"))
}

func main() {
	authentication()
	for _, mode := range []string{"", "binary_parameters=yes"} {
		db := open(os.Args[3], os.Args[4], mode)
		reading(mode, db)
		transactions(mode, db)
		db.Close()
	}
	db := open(os.Args[3], os.Args[4], "")
	copies(db)
	asynchronous(db)
	db.Close()
}
