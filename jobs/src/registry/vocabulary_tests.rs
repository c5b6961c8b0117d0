//! The vocabulary that comes with the tool, held against tags as they occur, and broken vocabularies.

use super::*;

fn embedded() -> Vocabulary {
    Vocabulary::embedded().unwrap_or_else(|error| panic!("{error:#}"))
}

type Tags = [(&'static str, &'static str)];

fn formats_of(vocabulary: &Vocabulary, tags: &Tags) -> Vec<String> {
    let tag = |key: &str| tags.iter().find(|(known, _)| *known == key).map(|(_, value)| *value);
    let formats = vocabulary.formats_of(&tag);
    assert_eq!(vocabulary.is_outlet(&tag), !formats.is_empty(), "{tags:?}");
    formats.into_iter().map(|(index, _)| vocabulary.format(index).id.clone()).collect()
}

#[test]
fn tags_as_they_occur() {
    let vocabulary = embedded();
    let table: &[(&Tags, &[&str])] = &[
        (&[("shop", "convenience"), ("name", "罗森")], &["convenience_store"]),
        (&[("shop", "convenience;newsagent")], &["convenience_store", "newsstand"]),
        // An unattended shop is a format of its own.
        (&[("shop", "convenience"), ("automated", "yes")], &["unmanned_store"]),
        // Any kiosk repairs nothing; one that does is both a repairer and a repair kiosk.
        (&[("shop", "kiosk")], &["newsstand"]),
        (&[("shop", "repair"), ("building", "kiosk")], &["repair_point", "repair_kiosk"]),
        // Markets by their names.
        (&[("amenity", "marketplace"), ("name", "五道口农贸市场")], &["wet_market"]),
        (&[("amenity", "marketplace"), ("name", "东华门夜市")], &["night_market"]),
        (&[("amenity", "marketplace"), ("name", "小商品批发市场")], &[]),
        // Fresh food: vegetables, not meat alone.
        (&[("shop", "greengrocer")], &["fresh_grocery"]),
        (&[("shop", "butcher")], &[]),
        // Catering: table service, fast food, breakfast.
        (&[("amenity", "restaurant")], &["specialty_restaurant"]),
        (&[("amenity", "fast_food"), ("name", "肯德基")], &["fast_food"]),
        (&[("amenity", "fast_food"), ("name", "庆丰包子铺")], &["breakfast_shop", "fast_food"]),
        (&[("amenity", "cafe"), ("breakfast", "Mo-Fr 06:00-10:00")], &["breakfast_shop", "tea_cafe"]),
        (&[("amenity", "cafe"), ("breakfast", "no")], &["tea_cafe"]),
        (&[("amenity", "restaurant"), ("name", "学院路社区食堂")], &["specialty_restaurant", "senior_canteen"]),
        (&[("amenity", "canteen"), ("name", "学生食堂")], &[]),
        // Parcels: a counter in a shop, the old tag for a locker, and no machine that sells.
        (&[("shop", "copyshop"), ("post_office", "post_partner")], &["photo_copy", "parcel_post"]),
        (
            &[("amenity", "vending_machine"), ("vending", "parcel_pickup;parcel_mail_in")],
            &["parcel_post", "smart_parcel_box"],
        ),
        (&[("amenity", "vending_machine"), ("vending", "parking_tickets")], &[]),
        (&[("amenity", "vending_machine"), ("vending", "drinks;sweets")], &["smart_vending"]),
        // The old and the young.
        (
            &[("amenity", "social_facility"), ("social_facility:for", "senior;disabled")],
            &["elderly_care", "disability_rehab"],
        ),
        (
            &[("amenity", "social_facility"), ("social_facility", "day_care"), ("social_facility:for", "senior")],
            &["elderly_care", "day_care_centre"],
        ),
        (&[("amenity", "kindergarten")], &["kindergarten"]),
        (&[("amenity", "kindergarten"), ("min_age", "1.5")], &["childcare", "kindergarten"]),
        // Schools, health, parks.
        (&[("amenity", "school"), ("name", "清华大学附属小学")], &["primary_school"]),
        (&[("amenity", "school"), ("isced:level", "1;2")], &["primary_school", "middle_school"]),
        (&[("amenity", "clinic"), ("healthcare", "clinic")], &["community_health", "clinic"]),
        (&[("amenity", "dentist")], &[]),
        (&[("leisure", "pitch"), ("access", "private")], &[]),
        (&[("leisure", "park")], &["pocket_park"]),
        (&[("amenity", "charging_station"), ("bicycle", "yes")], &["ebike_charging"]),
        (&[("amenity", "charging_station")], &["ev_charging"]),
        (&[("amenity", "bank"), ("atm", "yes")], &["bank", "atm"]),
        // Not outlets at all.
        (&[("shop", "vacant")], &[]),
        (&[("building", "yes"), ("name", "便利店")], &[]),
        (&[], &[]),
    ];
    for (tags, expected) in table {
        assert_eq!(formats_of(&vocabulary, tags), *expected, "{tags:?}");
    }
}

#[test]
fn closed_features_are_no_outlets() {
    let vocabulary = embedded();
    let shop = |key: &'static str, value: &'static str| formats_of(&vocabulary, &[("shop", "bakery"), (key, value)]);
    for (key, value) in [
        ("disused", "yes"),
        ("abandoned", "yes"),
        ("opening_hours", "closed"),
        ("opening_hours", "off"),
        ("operational_status", "closed"),
    ] {
        assert!(shop(key, value).is_empty(), "{key}={value}");
    }
    for (key, value) in [
        // What was there before says nothing of the shop that is there now.
        ("disused:shop", "butcher"),
        ("disused", "no"),
        ("opening_hours", "Mo-Su 07:00-22:00; PH off"),
        ("opening_hours", "closed; 2026 Jan 01-2026 Dec 31 Mo-Fr 08:00-17:00"),
    ] {
        assert_eq!(shop(key, value), ["bakery"], "{key}={value}");
    }
}

#[test]
fn formats_are_found_by_id_and_by_name() {
    let vocabulary = embedded();
    let id = |name: &str| vocabulary.find(name).map(|index| vocabulary.format(index).id.as_str());
    assert_eq!(id("parcel_post"), Some("parcel_post"));
    assert_eq!(id("便利店"), Some("convenience_store"));
    assert_eq!(id(" convenience STORE "), Some("convenience_store"));
    assert_eq!(id("生鲜超市（菜店）"), Some("fresh_grocery"));
    assert_eq!(id("生鲜超市(菜店)"), Some("fresh_grocery"));
    assert_eq!(id("生鲜超市"), Some("fresh_grocery"));
    assert_eq!(id("小卖部"), None);
    let message = vocabulary.require("convenience_shop").expect_err("no such format").to_string();
    assert!(message.contains("did you mean \"convenience_store\"?"), "{message}");
    assert!(message.contains("of the formats that come with walkshed"), "{message}");
}

#[test]
fn the_guide_s_lists_come_first_and_in_order() {
    let vocabulary = embedded();
    let position = |id: &str| vocabulary.find(id).expect("a format").index();
    assert_eq!((position("convenience_store"), position("dark_store"), position("elderly_care")), (0, 13, 14));
    assert_eq!(vocabulary.formats().iter().filter(|format| format.class == "basic").count(), 14);
    assert_eq!(vocabulary.class_names("basic"), Some(("基本保障类", "Basic")));
    assert_eq!(vocabulary.class_names("grand"), None);
}

#[test]
fn broken_vocabularies_say_what_and_where() {
    let head = "schema_version = 1\n[[class]]\nid = \"basic\"\nzh = \"基本\"\nen = \"Basic\"\n";
    let bread = "[[format]]\nid = \"bread\"\nzh = \"面包\"\nen = \"Bread\"\nclass = \"basic\"\n";
    let table = [
        (String::new(), "missing field `schema_version`"),
        (head.replace("= 1", "= 2"), "schema_version is 2, but this program reads version 1"),
        (head.to_owned(), "there is no [[format]]"),
        (format!("{head}{bread}osn = []\n"), "line 11, column 1: unknown field `osn`"),
        (format!("{head}{}", bread.replace("\"basic\"", "\"grand\"")), "format \"bread\": there is no class \"grand\""),
        (format!("{head}{}", bread.replace("\"bread\"", "\"Bread roll\"")), "small letters"),
        (format!("{head}{bread}{bread}"), "format \"bread\": \"bread\" already names the format \"bread\""),
        (format!("{head}{bread}osm = [\"shop\"]\n"), "format \"bread\": OSM rule \"shop\": \"shop\" has no operator"),
        (format!("{head}{bread}amap_exact = [\"0604\"]\n"), "\"0604\" is no AMap code"),
        (format!("{head}{bread}keywords = [\" \"]\n"), "an empty keyword"),
        (format!("{head}{bread}sources = [\"hearsay\"]\n"), "there is no source \"hearsay\""),
        (format!("closed = [\"x\"]\n{head}{bread}"), "closed: OSM rule \"x\""),
    ];
    for (text, words) in table {
        let message = format!("{:#}", Vocabulary::from_toml(&text, "mine.toml").expect_err("a broken vocabulary"));
        assert!(message.starts_with("mine.toml: ") && message.contains(words), "{message}");
    }
    assert!(Vocabulary::from_toml(&format!("\u{feff}{head}{bread}amap_broad = [\"06*\"]\n"), "mine.toml").is_ok());
    let missing = Vocabulary::load(Path::new("/no/such/formats.toml")).expect_err("no such file");
    assert!(format!("{missing:#}").contains("/no/such/formats.toml"), "{missing:#}");
}
