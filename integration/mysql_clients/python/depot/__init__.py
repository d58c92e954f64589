"""A Django application with a few models: what with_django.py works on."""
