import csv

import pytest

from schools import geo
from tests.schools.registers import DATA

with (DATA / "ostn15-test-points.csv").open(encoding="utf-8") as file:
    POINTS = [[float(text) for text in list(line.values())[1:]] for line in csv.DictReader(file)]


@pytest.mark.parametrize(("easting", "northing", "latitude", "longitude"), POINTS)
def test_every_test_point_of_the_ordnance_survey_is_within_five_metres(easting, northing, latitude, longitude):
    assert geo.distance_m(geo.wgs84(easting, northing), (latitude, longitude)) < 5


def test_many_points_are_the_same_as_one_by_one():
    eastings, northings = [p[0] for p in POINTS], [p[1] for p in POINTS]
    assert geo.wgs84_many(eastings, northings) == [geo.wgs84(*p[:2]) for p in POINTS]
    assert len(POINTS) == 40


@pytest.mark.parametrize(("easting", "northing"), [(-1, 0), (700_000, 5), (5, 1_300_000), (float("nan"), 5)])
def test_a_point_off_the_grid_is_refused(easting, northing):
    with pytest.raises(ValueError, match="outside the National Grid"):
        geo.wgs84(easting, northing)


def test_distance_is_metres_over_the_ground():
    a_degree_of_latitude = geo.distance_m((52.0, -1.0), (53.0, -1.0))
    assert a_degree_of_latitude == pytest.approx(111_270, abs=20)
    assert geo.distance_m((52.0, -1.0), (52.0, -1.0)) == 0
