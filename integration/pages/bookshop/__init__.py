"""A Django application over the tables of library.py: what with_django.py shows."""
