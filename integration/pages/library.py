"""What the two applications show: authors, their books, and what readers think of them."""

SCHEMA = """
create table authors (id int primary key, name text not null, country text not null);
create table books (id int primary key, author_id int not null references authors, title text not null,
  price numeric(8, 2) not null, published date not null);
create table reviews (id int primary key, book_id int not null references books, stars int not null, said text);
insert into authors select n, 'author ' || n, case n % 2 when 0 then 'India' else 'Kenya' end from generate_series(1, 20) n;
insert into books select n, 1 + n % 20, 'book ' || n, n * 1.25, date '2020-01-01' + n from generate_series(1, 400) n;
insert into reviews select n, 1 + n % 400, 1 + n % 5, 'thought ' || n from generate_series(1, 2000) n;
analyze;
"""
PAGES = 5   # different ones
WARM = 2    # views of each before anything is counted
VIEWS = 100


def run(view, write):
    """Prints every view. `view(author)` is a page as text, `write(book, price)` changes one. Between the parts it waits for
    a line, so that what reaches the server can be counted."""
    for number in range(PAGES * WARM):
        print(view(1 + number % PAGES), flush=True)
    wait("warm")
    for number in range(VIEWS):
        print(view(1 + number % PAGES), flush=True)
    wait("viewed")
    for price in ("77.50", "78.25"):
        write(20, price)  # of the first author
        print(view(1), flush=True)
        print(view(2), flush=True)


def wait(reached):
    print(f"== {reached}", flush=True)
    input()
