"""Names of languages, countries and time zones, in every language and in its order."""

import pytest

from i18n.order import order_key
from i18n.standards import countries, former_zones, languages, time_zones

LOCALES = ("en", "de", "ru", "ar", "fr_CH", "en_XA")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_the_same_codes_with_names_of_its_own(locale: str) -> None:
    for names in (languages, countries, time_zones):
        assert names(locale).keys() == names("en").keys()
        assert all(name.strip() for name in names(locale).values())


def test_countries_are_those_of_the_standard() -> None:
    assert {"CH", "DE", "GB", "XK", "TW"} <= countries("en").keys()
    assert not {"EU", "UN", "XA", "ZZ", "AC", "001"} & countries("en").keys()
    assert (len(countries("en")), countries("de")["CH"], countries("ar")["DE"]) == (250, "Schweiz", "ألمانيا")


def test_languages_are_tags_with_hyphens() -> None:
    assert languages("en")["de-AT"] == "Austrian German"
    assert languages("ru")["zh-Hant"] == "китайский, традиционное письмо"
    assert not {"und", "mul", "root", "en_GB"} & languages("en").keys()


def test_time_zones_are_those_of_today_with_city_and_country() -> None:
    assert time_zones("de")["Europe/Zurich"] == "Zürich (Schweiz)"
    assert time_zones("ru")["Asia/Kolkata"] == "Калькутта (Индия)"
    assert time_zones("en")["UTC"] == "UTC"
    assert former_zones()["Asia/Calcutta"] == "Asia/Kolkata"
    assert not former_zones().keys() & time_zones("en").keys()


def test_accents_do_not_part_neighbours() -> None:
    assert sorted(["Zypern", "Österreich", "Oman", "Åland"], key=order_key) == ["Åland", "Oman", "Österreich", "Zypern"]
