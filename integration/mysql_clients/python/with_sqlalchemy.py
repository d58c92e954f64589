"""SQLAlchemy on PyMySQL and on mysqlclient: sessions of the ORM, streamed results, reflection."""

import sqlalchemy
from sqlalchemy import JSON, Column, ForeignKey, Integer, Numeric, String, func, select, text
from sqlalchemy.orm import declarative_base, joinedload, relationship, selectinload, sessionmaker

from emit import DATABASE, HOST, PASSWORD, PORT, USER, emit, plain

Base = declarative_base()


class Author(Base):
    __tablename__ = "orm_authors"
    id = Column(Integer, primary_key=True)
    name = Column(String(50), unique=True)
    more = Column(JSON)
    books = relationship("Book", back_populates="author", cascade="all, delete-orphan", order_by="Book.id")


class Book(Base):
    __tablename__ = "orm_books"
    id = Column(Integer, primary_key=True)
    title = Column(String(50))
    price = Column(Numeric(8, 2))
    author_id = Column(Integer, ForeignKey("orm_authors.id"))
    author = relationship("Author", back_populates="books")


def shown(author):
    return [author.id, author.name, author.more, [[book.id, book.title, repr(book.price)] for book in author.books]]


def filled(make):
    with make() as session:
        for number in range(1, 6):
            session.add(Author(name=f"author {number} ü 😀", more={"n": number, "list": [1, None]},
                               books=[Book(title=f"book {n}", price=n * 1.5) for n in range(3)]))
        session.commit()


def read(name, make):
    with make() as session:
        for option in (joinedload(Author.books), selectinload(Author.books)):
            found = session.execute(select(Author).options(option).order_by(Author.id)).scalars().unique().all()
            emit(f"{name} load {type(option).__name__}", [shown(author) for author in found])
        emit(f"{name} get", shown(session.get(Author, 2)))
        emit(f"{name} sums", plain(session.execute(
            select(Author.name, func.count(Book.id), func.sum(Book.price)).join(Book).group_by(Author.name).order_by(Author.name))))
        emit(f"{name} text", plain(session.execute(text("select name, price from fruit where id = :id"), {"id": 1})))


def change(name, make):
    with make() as session:
        session.get(Author, 1).name = "changed"
        session.flush()
        emit(f"{name} own write", session.execute(select(Author.name).where(Author.id == 1)).scalar())
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
            emit(f"{name} unique", [str(one) for one in error.orig.args])
        session.rollback()
        with session.begin_nested():
            session.delete(session.get(Author, 5))
        session.commit()
        emit(f"{name} deleted", plain(session.execute(select(func.count(Book.id)))))


def with_driver(name):
    engine = sqlalchemy.create_engine(sqlalchemy.engine.URL.create(f"mysql+{name}", USER, PASSWORD, HOST, PORT, DATABASE,
                                                                   query={"charset": "utf8mb4"}))
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    make = sessionmaker(engine)
    filled(make)
    for _ in range(2):
        read(name, make)
    change(name, make)
    with engine.connect().execution_options(stream_results=True) as link:
        emit(f"{name} streamed", len(link.execute(text("select a.id from kinds a join kinds b join kinds c join kinds d")).all()))
    with engine.connect().execution_options(isolation_level="READ COMMITTED") as link:
        emit(f"{name} level", plain(link.execute(text("select 1"))) + [link.get_isolation_level()])
    about = sqlalchemy.inspect(engine)
    emit(f"{name} tables", [sorted(about.get_table_names()), about.get_view_names(), repr(about.get_columns("fruit")),
                            repr(about.get_foreign_keys("kept")), repr(about.get_indexes("fruit"))])
    Base.metadata.drop_all(engine)
    engine.dispose()


for driver in ("pymysql", "mysqldb"):
    with_driver(driver)
