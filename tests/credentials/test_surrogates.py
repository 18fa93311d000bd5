"""A name of a file that is no text gets through the scanner of credentials."""

from gsdc.credentials import scanner


def test_a_lone_surrogate_hides_no_credential():
    scanner.expect_many()
    assert scanner.suspicious("name \ud800") == -1
    assert scanner.suspicious("\ud800 ghp_aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAcDeF") > 0
