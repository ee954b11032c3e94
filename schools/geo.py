"""Where on the globe is a British grid reference, and how far apart are two schools?"""

from collections.abc import Sequence

from pyproj import Geod, Transformer
from pyproj.enums import TransformDirection

# The Ordnance Survey's seven-parameter shift, written out: PROJ's own choice for EPSG:27700 depends on whether a grid
# file happens to be installed, and the same register imported on two machines would give two answers.
_AIRY_TO_WGS84 = (
    "+proj=pipeline "
    "+step +inv +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy "
    "+step +proj=push +v_3 +step +proj=cart +ellps=airy "
    "+step +proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 "
    "+convention=position_vector "
    "+step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 +step +proj=unitconvert +xy_in=rad +xy_out=deg"
)
_transformer = Transformer.from_pipeline(_AIRY_TO_WGS84)
_ellipsoid = Geod(ellps="WGS84")

MAX_EASTING, MAX_NORTHING = 700_000, 1_300_000  # metres: the extent of the National Grid


def wgs84(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude in degrees (WGS84) of an Easting and Northing in metres (EPSG:27700), within 5 m.

    Raises:
        ValueError: the point is outside the National Grid.
    """
    if not (0 <= easting < MAX_EASTING and 0 <= northing < MAX_NORTHING):
        raise ValueError(f"Easting {easting}, Northing {northing} is outside the National Grid")
    longitude, latitude = _transformer.transform(easting, northing)
    return latitude, longitude


def wgs84_many(eastings: Sequence[float], northings: Sequence[float]) -> list[tuple[float, float]]:
    """`wgs84` for many points at once, without its check of the extent; in the order given."""
    longitudes, latitudes = _transformer.transform(list(eastings), list(northings))
    return list(zip(latitudes, longitudes, strict=True))


def grid_many(latitudes: Sequence[float], longitudes: Sequence[float]) -> list[tuple[float, float]]:
    """Easting and Northing in metres of many points in degrees (WGS84), within 5 m; the way back of `wgs84_many`.

    Far outside the National Grid the answers are infinite or mean nothing: whoever asks looks at the extent.
    """
    eastings, northings = _transformer.transform(
        list(longitudes), list(latitudes), direction=TransformDirection.INVERSE
    )
    return list(zip(eastings, northings, strict=True))


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres in a straight line over the ground between two (latitude, longitude) pairs in degrees (R6)."""
    metres: float = _ellipsoid.inv(a[1], a[0], b[1], b[0])[2]
    return metres
