"""SQLAlchemy as it comes: a pool, and a session for each page, whose reads are a transaction that is rolled back."""

import json
import sys

import sqlalchemy
from sqlalchemy import Column, Date, ForeignKey, Integer, Numeric, Text, func, select
from sqlalchemy.orm import declarative_base, joinedload, relationship, sessionmaker

import library

HOST, PORT, USER, PASSWORD, DATABASE = sys.argv[1:]
Base = declarative_base()


class Author(Base):
    __tablename__ = "authors"
    id = Column(Integer, primary_key=True)
    name = Column(Text)
    country = Column(Text)
    books = relationship("Book", back_populates="author", order_by="Book.id")


class Book(Base):
    __tablename__ = "books"
    id = Column(Integer, primary_key=True)
    author_id = Column(Integer, ForeignKey("authors.id"))
    title = Column(Text)
    price = Column(Numeric(8, 2))
    published = Column(Date)
    author = relationship("Author", back_populates="books")
    reviews = relationship("Review", back_populates="book")


class Review(Base):
    __tablename__ = "reviews"
    id = Column(Integer, primary_key=True)
    book_id = Column(Integer, ForeignKey("books.id"))
    stars = Column(Integer)
    said = Column(Text)
    book = relationship("Book", back_populates="reviews")


engine = sqlalchemy.create_engine(sqlalchemy.engine.URL.create(
    "postgresql+psycopg2", USER, PASSWORD, HOST, int(PORT), DATABASE, {"application_name": "pages"}))
Session = sessionmaker(engine)


def author_page(key):
    with Session() as session:
        author = session.get(Author, key)
        latest = session.execute(select(Review).join(Review.book).options(joinedload(Review.book))
                                 .where(Book.author_id == key).order_by(Review.id.desc()).limit(5)).scalars().all()
        stars = session.execute(select(func.count(Book.id.distinct()), func.avg(Review.stars)).join(Book.reviews)
                                .where(Book.author_id == key)).one()
        near = session.execute(select(Author.name, func.count(Book.id)).join(Author.books).group_by(Author.id)
                               .where(Author.country == author.country, Author.id != key).order_by(Author.name)
                               .limit(3)).all()
        return json.dumps({
            "author": author.name, "books": [[book.title, str(book.price), str(book.published)] for book in author.books],
            "reviews": [[review.book.title, review.stars, review.said] for review in latest],
            "stars": [stars[0], str(stars[1])], "near": [list(row) for row in near]})


def set_price(key, price):
    with Session.begin() as session:
        session.get(Book, key).price = price


library.run(author_page, set_price)
