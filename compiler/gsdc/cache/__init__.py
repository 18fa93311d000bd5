"""What gsdc can make again, kept between runs outside of the project."""
