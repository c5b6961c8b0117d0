//! Rasters of every kind that is met, and files that claim what they do not have.

use std::fs::File;
use std::path::Path;

use anyhow::Result;
use h3o::Resolution;
use tiff::encoder::colortype::{Gray8, Gray32Float, GrayI32, RGB8};
use tiff::encoder::{Compression, TiffEncoder};
use tiff::tags::Tag;
use walkshed::{Bounds, LonLat, Meters};

use super::gather::{Extent, Gathered, gather};
use super::tests::{place, reading, total};
use crate::plan::residents::ResidentsFile;
use crate::sample::random::Random;

/// GeoTIFF keys: a head, then key, place, count, value. EPSG:4326, pixels are areas.
const DEGREES: [u16; 12] = [1, 1, 0, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326];

/// What a test raster is.
struct Made {
    corner: [f64; 2],
    step: f64,
    keys: Vec<u16>,
    rows_per_strip: u32,
    compression: Compression,
}

/// Pixels of 3 arc-seconds from 116.3, 39.95 on, in strips of 7 rows.
fn made() -> Made {
    let (corner, step, keys) = ([116.3, 39.95], 1.0 / 1200.0, DEGREES.to_vec());
    Made { corner, step, keys, rows_per_strip: 7, compression: Compression::Lzw }
}

impl Made {
    fn write(&self, path: &Path, pixels: &[f32], across: u32) -> Result<()> {
        let mut file = TiffEncoder::new(File::create(path)?)?.with_compression(self.compression);
        let mut image = file.new_image::<Gray32Float>(across, pixels.len() as u32 / across)?;
        image.rows_per_strip(self.rows_per_strip)?;
        let tags = image.encoder();
        tags.write_tag(Tag::ModelPixelScaleTag, &[self.step, self.step, 0.0][..])?;
        tags.write_tag(Tag::ModelTiepointTag, &[0.0, 0.0, 0.0, self.corner[0], self.corner[1], 0.0][..])?;
        tags.write_tag(Tag::GeoKeyDirectoryTag, &self.keys[..])?;
        tags.write_tag(Tag::GdalNodata, "-99999")?;
        image.write_data(pixels)?;
        Ok(())
    }
}

/// Residents of pixels, a fifth of them without data.
fn pixels(count: usize) -> Vec<f32> {
    let mut random = Random::at(4, "pixels", (0, 0));
    (0..count).map(|_| if random.chance(0.2) { -99_999.0 } else { random.between(0.0, 90.0) as f32 }).collect()
}

#[test]
fn strips_and_compressions_give_the_same_residents_and_all_of_them() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("people.tif");
    let pixels = pixels(60 * 40);
    let with_data = || pixels.iter().filter(|pixel| **pixel >= 0.0);
    let all: f64 = with_data().map(|pixel| (f64::from(*pixel) * 1e6).round() / 1e6).sum();
    let mut first = None;
    let deflate = Compression::Deflate(tiff::encoder::DeflateLevel::Fast);
    for (compression, rows_per_strip) in [(Compression::Uncompressed, 40), (Compression::Lzw, 1), (deflate, 7)] {
        Made { rows_per_strip, compression, ..made() }.write(&path, &pixels, 60)?;
        let residents = place(&path, &reading(None, None), &[])?;
        assert!((total(&residents) - all).abs() < 1e-6, "{all} in, {} out", total(&residents));
        assert_eq!(residents.rows as usize, with_data().count());
        assert_eq!(*first.get_or_insert_with(|| residents.cells.clone()), residents.cells);
    }
    Ok(())
}

#[test]
fn only_pixels_near_the_streets_are_of_the_run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("people.tif");
    made().write(&path, &[1.0; 60 * 40], 60)?;
    // Ten columns and the rows 10 to 19, by their middles.
    let (west, north, step) = (116.3, 39.95, 1.0 / 1200.0);
    let box_of = |min, max| Some(Extent::around(Bounds { min, max }, Meters(0.0)));
    let min = LonLat { lon: west, lat: north - 20.0 * step };
    let extent = box_of(min, LonLat { lon: west + 10.0 * step, lat: north - 10.0 * step });
    let residents = place(&path, &reading(None, extent), &[])?;
    assert!((total(&residents) - 100.0).abs() < 1e-9, "{}", total(&residents));
    let far = box_of(LonLat { lon: 1.0, lat: 1.0 }, LonLat { lon: 2.0, lat: 2.0 });
    let refused = place(&path, &reading(None, far), &[]).expect_err("of another place").to_string();
    assert!(refused.contains("(EPSG:4326) has no pixel with data near the streets"), "{refused}");
    Ok(())
}

#[test]
fn a_projected_raster_lies_where_its_system_says() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("people.tif");
    // UTM 50 N: 117 E is at 500 km; pixels of 1 km, larger than a cell.
    let keys = vec![1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, 32650];
    Made { keys, corner: [499_000.0, 4_428_000.0], step: 1000.0, ..made() }.write(
        &path,
        &[10.0, 20.0, 30.0, -99_999.0],
        2,
    )?;
    let residents = place(&path, &reading(Some(Resolution::Nine), None), &[])?;
    assert!((total(&residents) - 60.0).abs() < 1e-9);
    // A cell of resolution 9 has some 0.1 km2.
    assert!((25..60).contains(&residents.cells.len()), "{}", residents.cells.len());
    assert!(residents.cells.iter().all(|cell| (cell.at.lon - 117.0).abs() < 0.02 && (cell.at.lat - 40.0).abs() < 0.02));
    Ok(())
}

#[test]
fn groups_have_rasters_of_their_own_grids() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (all, old) = (folder.path().join("all.tif"), folder.path().join("old.tif"));
    made().write(&all, &[5.0; 9], 3)?;
    Made { step: 1.0 / 400.0, ..made() }.write(&old, &[9.0], 1)?;
    let mut file = ResidentsFile::new(&all);
    file.groups.insert("60plus".to_owned(), old.display().to_string());
    let Gathered::Placed(residents) = gather(&file, &reading(None, None))? else {
        panic!("a raster is placed at once")
    };
    assert!((residents.groups[0].1.iter().sum::<f64>() - 9.0).abs() < 1e-9);
    assert!((total(&residents) - 45.0).abs() < 1e-9);
    Ok(())
}

#[test]
fn whole_numbers_below_0_are_reported() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("people.tif");
    let mut encoder = TiffEncoder::new(File::create(&path)?)?;
    let mut image = encoder.new_image::<GrayI32>(2, 1)?;
    image.encoder().write_tag(Tag::ModelPixelScaleTag, &[0.001, 0.001, 0.0][..])?;
    image.encoder().write_tag(Tag::ModelTiepointTag, &[0.0, 0.0, 0.0, 116.0, 40.0, 0.0][..])?;
    image.encoder().write_tag(Tag::GeoKeyDirectoryTag, &DEGREES[..])?;
    image.write_data(&[7, -3])?;
    let residents = place(&path, &reading(None, None), &[])?;
    assert!((total(&residents) - 7.0).abs() < 1e-9);
    assert_eq!((residents.rejected[0].row.reason, residents.rejected[0].row.row), ("negative", 1));
    Ok(())
}

#[test]
fn what_cannot_be_used_is_refused_with_a_reason() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("people.tif");
    let refused = || format!("{:#}", place(&path, &reading(None, None), &[]).expect_err("refused"));
    Made { keys: vec![1, 1, 0, 0], ..made() }.write(&path, &[1.0], 1)?;
    assert!(refused().contains("has no EPSG code"), "{}", refused());
    Made { step: 0.0, ..made() }.write(&path, &[1.0], 1)?;
    assert!(refused().contains("which is no grid"), "{}", refused());
    TiffEncoder::new(File::create(&path)?)?.write_image::<Gray8>(2, 2, &[1, 2, 3, 4])?;
    assert!(refused().contains("does not say where on Earth it is"), "{}", refused());
    TiffEncoder::new(File::create(&path)?)?.write_image::<RGB8>(1, 1, &[1, 2, 3])?;
    assert!(refused().contains("it has 3 bands"), "{}", refused());
    Ok(())
}

/// A classic TIFF with one directory of these entries (tag, type, count, value) and nothing behind it.
fn bare(entries: &[(u16, u16, u32, u32)]) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    bytes.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes
}

#[test]
fn files_that_claim_what_they_do_not_have_cost_a_message() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("people.tif");
    let refused = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("written");
        format!("{:#}", place(&path, &reading(None, None), &[]).expect_err("refused"))
    };
    // Width and height of four billion in one strip of 32-bit numbers.
    let one = |tag, value| (tag, 3, 1, value);
    let wide = [(256, 4, 1, u32::MAX), (257, 4, 1, u32::MAX), one(258, 32), one(259, 1), one(262, 1)];
    let mut huge = wide.to_vec();
    huge.extend([(273, 4, 1, 8), one(277, 1), (279, 4, 1, 4), one(339, 3)]);
    assert!(refused(&bare(&huge)).contains("too large to be read one at a time"), "{}", refused(&bare(&huge)));
    let mut many = huge.clone();
    many[5] = (273, 4, 900_000_000, 8);
    assert!(refused(&bare(&many)).contains("its tag 273 claims 900000000 values"), "{}", refused(&bare(&many)));
    huge[6] = one(277, 65_535);
    assert!(refused(&bare(&huge)).contains("it has 65535 bands"), "{}", refused(&bare(&huge)));
    let far = b"II*\0\xff\xff\xff\x7f";
    assert!(refused(far).contains("cut off"), "{}", refused(far));
    assert!(refused(b"").contains("cut off") && refused(b"GIF89a..").contains("it is no TIFF"));
    Ok(())
}

/// Seed 9: a good file, cut off or with bytes changed anywhere: a message or a result, never a panic.
#[test]
fn damaged_files_never_panic() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("people.tif");
    Made { rows_per_strip: 3, ..made() }.write(&path, &pixels(90), 9)?;
    let good = std::fs::read(&path)?;
    let mut random = Random::at(9, "damage", (0, 0));
    for round in 0..600 {
        let mut bytes = good.clone();
        if round % 3 == 0 {
            bytes.truncate(random.below(good.len()));
        } else {
            // The directory is at the end, and damage there does most.
            let from = if random.chance(0.8) { good.len().saturating_sub(300) } else { 0 };
            for _ in 0..=random.below(4) {
                let place = from + random.below(good.len() - from);
                bytes[place] = random.below(256) as u8;
            }
        }
        std::fs::write(&path, &bytes)?;
        let _ = place(&path, &reading(None, None), &[]);
    }
    Ok(())
}
