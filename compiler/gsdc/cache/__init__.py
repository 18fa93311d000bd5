"""Data that gsdc can compute again, kept between runs outside the project."""
