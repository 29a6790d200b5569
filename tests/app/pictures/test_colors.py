import numpy as np
import pyqtgraph
import pytest

from app.pictures import colors


@pytest.mark.parametrize("name", colors.PALETTES)
def test_every_palette_is_a_read_only_table_of_256_colors(name):
    table = colors.palette(name)
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    assert not table.flags.writeable
    assert len(np.unique(table, axis=0)) > 200


@pytest.mark.parametrize(("name", "file"), [("viridis", "viridis"), ("cividis", "cividis"), ("signed", "CET-D1")])
def test_palettes_are_the_published_ones(name, file):
    published = pyqtgraph.colormap.get(file).getLookupTable(nPts=256, alpha=False)
    assert np.abs(colors.palette(name).astype(int) - published).max() <= 1


@pytest.mark.parametrize("name", ["viridis", "cividis", "magma", "gray"])
def test_sequential_palettes_grow_lighter_all_the_way(name):
    lightness = colors.palette(name) @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(lightness) > -1).all()
    assert lightness[-1] - lightness[0] > 100


def test_an_unknown_palette_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"no palette 'jet'.*viridis, cividis"):
        colors.palette("jet")


@pytest.mark.parametrize(
    ("value", "logarithmic", "entry"),
    [
        *((1.0, False, 0), (100.0, False, 255), (-5.0, False, 0), (1e9, False, 255), (50.5, False, 128)),
        *((10.0, True, 128), (1.0, True, 0), (100.0, True, 255), (0.0, True, 0), (-3.0, True, 0), (-np.inf, True, 0)),
    ],
)
def test_values_take_the_color_at_their_place_in_the_range(value, logarithmic, entry):
    rgba = colors.colorize([[value]], 1, 100, "viridis", logarithmic)
    assert rgba[0, 0].tolist() == [*colors.palette("viridis")[entry], 255]


@pytest.mark.parametrize("lost", [np.nan, np.inf])
def test_what_is_not_finite_is_striped_in_grays_and_leaves_the_rest_alone(lost):
    values = np.linspace(0, 1, 400).reshape(20, 20)
    spoiled = values.copy()
    spoiled[5:15, 5:15] = lost
    rgba, clean = colors.colorize(spoiled, 0, 1), colors.colorize(values, 0, 1)
    grays = {tuple(color) for color in rgba[5:15, 5:15, :3].reshape(-1, 3).tolist()}
    assert grays == {tuple(colors.components(gray).tolist()) for gray in colors.DIVERGED}
    assert not grays & {tuple(color) for name in colors.PALETTES for color in colors.palette(name).tolist()}
    clean[5:15, 5:15] = rgba[5:15, 5:15]
    assert np.array_equal(rgba, clean)


def test_a_constant_landscape_has_one_color():
    assert len(np.unique(colors.colorize(np.full((3, 3), 0.25), 0.25, 0.25).reshape(-1, 4), axis=0)) == 1


def test_slopes_toward_the_upper_left_are_lit_and_level_ground_is_unchanged():
    down, across = np.mgrid[0:9, 0:9].astype(float)
    lit, dark = colors.hillshade(across - down), colors.hillshade(down - across)  # row 0 is at the bottom
    assert (lit > 1).all()
    assert (dark < 1).all()
    assert np.array_equal(colors.hillshade(np.full((4, 4), 7.0)), np.ones((4, 4)))


def test_shading_does_not_depend_on_units_and_survives_holes():
    values = np.random.default_rng(0).random((12, 12))
    assert np.allclose(colors.hillshade(values), colors.hillshade(1e-9 * values))
    values[3, 3] = np.nan
    assert np.isfinite(colors.hillshade(values)).all()
    assert np.array_equal(colors.hillshade(np.full((3, 3), np.nan)), np.ones((3, 3)))


def test_blending_mixes_only_where_the_mask_is():
    rgba = np.full((2, 2, 4), 255, dtype=np.uint8)
    mixed = colors.blend(rgba, np.array([[True, False], [False, False]]), "#000000", 0.4)
    assert mixed[0, 0].tolist() == [153, 153, 153, 255]
    assert (mixed.reshape(-1, 4)[1:] == 255).all()
    assert (rgba == 255).all()


def test_hatching_marks_a_part_of_the_mask_only():
    rgba = np.full((40, 40, 4), 255, dtype=np.uint8)
    mask = np.zeros((40, 40), dtype=bool)
    mask[10:30, 10:30] = True
    changed = (colors.hatch(rgba, mask, "#000000") != 255).any(axis=2)
    assert not (changed & ~mask).any()
    assert 0.1 < changed[mask].mean() < 0.5


@pytest.mark.parametrize(("low", "high", "logarithmic"), [(0.0, 1.0, False), (-3.0, 12.0, False), (1e-6, 0.3, True)])
def test_the_key_shows_a_value_in_the_color_the_landscape_has_there(low, high, logarithmic):
    bar = colors.color_bar(low, high, "magma", "loss", logarithmic, offset="lowest seen")
    assert bar.label == "loss − lowest seen"
    assert len(bar.ticks) >= 3
    for place, text in bar.ticks:
        base, _, exponent = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-", "")).partition("10")
        value = float("1e" + exponent) if logarithmic else float(base + _ + exponent)
        shown = colors.colorize([[value]], low, high, "magma", logarithmic)[0, 0, :3]
        here = bar.colors[min(int(place * 256), 255)]
        assert np.abs(shown.astype(int) - here).max() <= 6


def test_a_logarithmic_scale_from_zero_is_refused():
    with pytest.raises(ValueError, match="above zero"):
        colors.colorize([[1.0]], 0.0, 1.0, logarithmic=True)


@pytest.mark.parametrize("shape", [(), (5,), (2, 0), (3, 4), (2, 3, 2)])
@pytest.mark.parametrize("name", ["viridis", "signed"])
def test_values_of_any_shape_take_the_palettes_colors(shape, name):
    values = np.random.default_rng(3).uniform(-0.2, 1.2, shape)
    found = colors.colorize(values, 0.0, 1.0, name)
    assert found.shape == (*shape, 4)
    assert found.dtype == np.uint8
    for place in np.ndindex(shape):
        cell = min(max(int(values[place] * 256), 0), 255)
        assert found[place].tolist() == [*colors.palette(name)[cell].tolist(), 255]
