"""SQLAlchemy: sessions of the ORM on psycopg2, with inserts one by one and batched, streamed results, and autocommit."""

import sqlalchemy
from sqlalchemy import Column, ForeignKey, Integer, Numeric, Text, func, select, text
from sqlalchemy.orm import declarative_base, joinedload, relationship, selectinload, sessionmaker

from emit import DATABASE, HOST, PASSWORD, PORT, emit, plain

Base = declarative_base()
Existing = declarative_base()  # what is neither made nor dropped here


class Account(Existing):
    __tablename__ = "accounts"
    id = Column(Integer, primary_key=True)
    owner = Column(Text)
    balance = Column(Numeric)


class Author(Base):
    __tablename__ = "orm_authors"
    id = Column(Integer, primary_key=True)
    name = Column(Text, unique=True)
    books = relationship("Book", back_populates="author", cascade="all, delete-orphan", order_by="Book.id")


class Book(Base):
    __tablename__ = "orm_books"
    id = Column(Integer, primary_key=True)
    title = Column(Text)
    price = Column(Numeric(8, 2))
    author_id = Column(Integer, ForeignKey("orm_authors.id"))
    author = relationship("Author", back_populates="books")


def shown(author):
    return [author.id, author.name, [[book.id, book.title, repr(book.price)] for book in author.books]]


def again_and_again(name, engine):
    for time in range(4):
        with sessionmaker(engine)() as session:
            emit(f"{name} by key, time {time}", [session.get(Account, key).owner for key in (1, 2)])
            emit(f"{name} filter, time {time}", plain(session.execute(
                select(Account.id, Account.owner).where(Account.balance > 1500).order_by(Account.id))))


def session_of(name, engine):
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    make = sessionmaker(engine)
    with make() as session:
        for number in range(1, 6):
            session.add(Author(id=number, name=f"author {number}",
                               books=[Book(id=number * 10 + n, title=f"book {n}", price=n * 1.5) for n in range(3)]))
        session.commit()
    for time in (1, 2):
        with make() as session:
            for option in (joinedload(Author.books), selectinload(Author.books)):
                found = session.execute(select(Author).options(option).order_by(Author.id)).scalars().unique().all()
                emit(f"{name} load {time} {type(option).__name__}", [shown(author) for author in found])
            emit(f"{name} get {time}", shown(session.get(Author, 2)))
            emit(f"{name} sums {time}", plain(session.execute(
                select(Author.name, func.count(Book.id), func.sum(Book.price)).join(Book).group_by(Author.name)
                .order_by(Author.name))))
    changing(name, make)
    Base.metadata.drop_all(engine)


def changing(name, make):
    with make() as session:
        session.get(Author, 1).name = "changed"
        session.flush()
        emit(f"{name} own write", session.execute(select(Author.name).where(Author.id == 1)).scalar())
        with make() as other:
            emit(f"{name} seen by others", other.execute(select(Author.name).where(Author.id == 1)).scalar())
        session.rollback()
        emit(f"{name} rolled back", session.get(Author, 1).name)
        session.get(Author, 1).name = "kept"
        session.commit()
    with make() as session:
        emit(f"{name} committed", session.execute(select(Author.name).where(Author.id == 1)).scalar())
        session.add(Author(id=99, name="kept"))
        try:
            session.commit()
        except sqlalchemy.exc.IntegrityError as error:
            emit(f"{name} unique", type(error.orig).__name__)
        session.rollback()
        with session.begin_nested():
            session.delete(session.get(Author, 5))
        session.commit()
        emit(f"{name} deleted", plain(session.execute(select(func.count(Book.id)))))
        emit(f"{name} text", plain(session.execute(text("select owner from accounts where id = :id"), {"id": 1})))


def main():
    for driver, more in (("one by one", {}), ("by values", {"executemany_mode": "values_plus_batch"})):
        url = sqlalchemy.engine.URL.create("postgresql+psycopg2", "with_scram", PASSWORD, HOST, PORT, DATABASE)
        engine = sqlalchemy.create_engine(url, pool_size=3, **more)
        again_and_again(driver, engine)
        session_of(driver, engine)
        inspector = sqlalchemy.inspect(engine)
        emit(f"{driver} reflected", [sorted(inspector.get_table_names()),
                                     [[column["name"], str(column["type"])] for column in inspector.get_columns("products")]])
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
            for _ in range(3):
                emit(f"{driver} autocommit", plain(link.execute(text("select owner from accounts where id = 2"))))
        with engine.connect().execution_options(stream_results=True, max_row_buffer=7) as link:
            emit(f"{driver} streamed", plain(link.execute(text("select id, name from products order by id limit 40"))))
        engine.dispose()


main()
