"""Django on mysqlclient: models, transactions, the admin's kind of queries."""

import django
from django.conf import settings

from emit import DATABASE, HOST, PASSWORD, PORT, USER, emit, plain

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.mysql", "NAME": DATABASE, "USER": USER, "PASSWORD": PASSWORD,
                           "HOST": HOST, "PORT": PORT, "OPTIONS": {"charset": "utf8mb4"}}},
    INSTALLED_APPS=["depot"], USE_TZ=True, TIME_ZONE="Asia/Kolkata", DEFAULT_AUTO_FIELD="django.db.models.AutoField")
django.setup()

from depot.models import Fruit, Item, Shelf  # noqa: E402
from django.db import IntegrityError, connection, models, transaction  # noqa: E402


def create():
    with connection.schema_editor() as editor:
        editor.create_model(Shelf)
        editor.create_model(Item)
    moment = django.utils.timezone.datetime(2026, 11, 22, 12, tzinfo=django.utils.timezone.utc)
    for number in range(1, 4):
        shelf = Shelf.objects.create(name=f"shelf {number} ü")
        Item.objects.bulk_create(Item(shelf=shelf, title=f"item {n} 😀", price=n, made=moment, data={"n": n}, raw=bytes([n, 255]))
                                 for n in range(4))


def read(when):
    emit(f"{when} fruit", [Fruit.objects.get(pk=key).name for key in (1, 2)] + plain(Fruit.objects.filter(stock__gt=5).values_list()))
    emit(f"{when} all", plain(Item.objects.order_by("id").values_list()))
    emit(f"{when} join", [[item.title, item.shelf.name] for item in Item.objects.select_related("shelf").order_by("id")])
    emit(f"{when} prefetch", [[shelf.name, [item.title for item in shelf.items.order_by("id")]]
                              for shelf in Shelf.objects.prefetch_related("items").order_by("id")])
    emit(f"{when} aggregate", plain(Shelf.objects.annotate(n=models.Count("items"), total=models.Sum("items__price"))
                                    .order_by("id").values_list("name", "n", "total")))
    emit(f"{when} filter", [Item.objects.filter(price__gt=1, data__n__lt=3).count(), Item.objects.filter(id=1).exists(),
                            plain(Item.objects.filter(made__year=2026, shelf__name__icontains="2").order_by("-id").values_list("id"))])
    emit(f"{when} iterator", [item.id for item in Item.objects.order_by("id").iterator(chunk_size=3)])


def change():
    with transaction.atomic():
        Item.objects.filter(id=1).update(title="inside")
        emit("inside", Item.objects.get(id=1).title)
        try:
            with transaction.atomic():
                Shelf.objects.create(name="shelf 1 ü")
        except IntegrityError as error:
            emit("unique", [str(one) for one in error.args])
        transaction.set_rollback(True)
    emit("rolled back", Item.objects.get(id=1).title)
    item = Item.objects.get(id=1)
    item.title = "saved"
    item.save()
    emit("saved", Item.objects.get(id=1).title)
    emit("get or create", [Shelf.objects.get_or_create(name=name)[1] for name in ("shelf 1 ü", "new", "new")])
    with transaction.atomic():
        locked = Item.objects.select_for_update().get(id=2)
        locked.price = models.F("price") + 5
        locked.save()
    emit("locked", repr(Item.objects.get(id=2).price))
    Shelf.objects.get(name="shelf 3 ü").delete()
    emit("cascade", Item.objects.count())
    with connection.cursor() as cursor:
        cursor.execute("select name, data from fruit where id = %s", [1])
        emit("raw", plain(cursor.fetchall()))


create()
for name in ("first", "second"):
    read(name)
connection.close()
read("new connection")
change()
read("changed")
with connection.cursor() as described:
    emit("introspection", [sorted(connection.introspection.table_names()),
                           repr(connection.introspection.get_table_description(described, "fruit")),
                           repr(sorted(connection.introspection.get_constraints(described, "kept").items()))])
with connection.schema_editor() as schema:
    schema.delete_model(Item)
    schema.delete_model(Shelf)
