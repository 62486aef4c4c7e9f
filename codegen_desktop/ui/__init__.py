"""The window: shows the domain and sends it wishes."""
