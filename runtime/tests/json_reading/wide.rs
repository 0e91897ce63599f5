//! An object with more properties than the set of those that have come has bits.

use lavka_runtime::json::encode;

use super::{read, refused};

/// The struct, its codec and its names; each row is a field with its name on the wire.
macro_rules! wide {
    ($($field:ident = $wire:literal),+; $last:ident = $last_wire:literal) => {
        #[derive(Debug, Default, PartialEq)]
        struct Wide {
            $($field: Option<u32>,)+
            $last: u32,
        }
        lavka_runtime::object! {
            Wide { $($field = $wire: optional,)+ $last = $last_wire: required }
        }
        const NAMES: &[&str] = &[$($wire,)+ $last_wire];

        /// The values in the order of the names.
        fn values(wide: &Wide) -> Vec<Option<u32>> {
            vec![$(wide.$field,)+ Some(wide.$last)]
        }
    };
}

wide! {
    f000 = "f000", f001 = "f001", f002 = "f002", f003 = "f003", f004 = "f004",
    f005 = "f005", f006 = "f006", f007 = "f007", f008 = "f008", f009 = "f009",
    f010 = "f010", f011 = "f011", f012 = "f012", f013 = "f013", f014 = "f014",
    f015 = "f015", f016 = "f016", f017 = "f017", f018 = "f018", f019 = "f019",
    f020 = "f020", f021 = "f021", f022 = "f022", f023 = "f023", f024 = "f024",
    f025 = "f025", f026 = "f026", f027 = "f027", f028 = "f028", f029 = "f029",
    f030 = "f030", f031 = "f031", f032 = "f032", f033 = "f033", f034 = "f034",
    f035 = "f035", f036 = "f036", f037 = "f037", f038 = "f038", f039 = "f039",
    f040 = "f040", f041 = "f041", f042 = "f042", f043 = "f043", f044 = "f044",
    f045 = "f045", f046 = "f046", f047 = "f047", f048 = "f048", f049 = "f049",
    f050 = "f050", f051 = "f051", f052 = "f052", f053 = "f053", f054 = "f054",
    f055 = "f055", f056 = "f056", f057 = "f057", f058 = "f058", f059 = "f059",
    f060 = "f060", f061 = "f061", f062 = "f062", f063 = "f063", f064 = "f064",
    f065 = "f065", f066 = "f066", f067 = "f067", f068 = "f068", f069 = "f069",
    f070 = "f070", f071 = "f071", f072 = "f072", f073 = "f073", f074 = "f074",
    f075 = "f075", f076 = "f076", f077 = "f077", f078 = "f078", f079 = "f079",
    f080 = "f080", f081 = "f081", f082 = "f082", f083 = "f083", f084 = "f084",
    f085 = "f085", f086 = "f086", f087 = "f087", f088 = "f088", f089 = "f089",
    f090 = "f090", f091 = "f091", f092 = "f092", f093 = "f093", f094 = "f094",
    f095 = "f095", f096 = "f096", f097 = "f097", f098 = "f098", f099 = "f099",
    f100 = "f100", f101 = "f101", f102 = "f102", f103 = "f103", f104 = "f104",
    f105 = "f105", f106 = "f106", f107 = "f107", f108 = "f108", f109 = "f109",
    f110 = "f110", f111 = "f111", f112 = "f112", f113 = "f113", f114 = "f114",
    f115 = "f115", f116 = "f116", f117 = "f117", f118 = "f118", f119 = "f119",
    f120 = "f120", f121 = "f121", f122 = "f122", f123 = "f123", f124 = "f124",
    f125 = "f125", f126 = "f126", f127 = "f127", f128 = "f128", f129 = "f129",
    f130 = "f130", f131 = "f131", f132 = "f132", f133 = "f133", f134 = "f134",
    f135 = "f135", f136 = "f136", f137 = "f137", f138 = "f138", f139 = "f139",
    f140 = "f140", f141 = "f141", f142 = "f142", f143 = "f143";
    last = "last"
}

fn text(entries: impl Iterator<Item = (usize, u32)>) -> String {
    let entries: Vec<String> = entries
        .map(|(place, value)| format!("\"{}\":{value}", NAMES[place]))
        .collect();
    format!("{{{}}}", entries.join(","))
}

fn number(place: usize) -> u32 {
    u32::try_from(place).expect("a small number") * 3 + 1
}

#[test]
fn all_properties_in_any_order() {
    assert!(NAMES.len() > 140);
    let all: Vec<usize> = (0..NAMES.len()).collect();
    let expected: Vec<_> = all.iter().map(|place| Some(number(*place))).collect();
    // Prime steps visit each place once.
    for step in [1, 2, 7, 53, 141, 144] {
        let order = all.iter().map(|n| n * step % NAMES.len());
        let wide: Wide = read(&text(order.map(|place| (place, number(place)))));
        assert_eq!(values(&wide), expected, "{step}");
        assert_eq!(
            encode(&wide),
            text(all.iter().map(|p| (*p, number(*p)))).as_bytes()
        );
    }
}

#[test]
fn each_property_alone_and_twice() {
    let last = NAMES.len() - 1;
    for (place, name) in NAMES.iter().enumerate().take(last) {
        let wide: Wide = read(&text([(place, 7), (last, 9)].into_iter()));
        let present: Vec<usize> = (0..=last).filter(|n| values(&wide)[*n].is_some()).collect();
        assert_eq!(present, [place, last]);
        // At once, and with others between.
        for others in [0, 5] {
            let between = (0..others).map(|n| ((place + 1 + n) % last, 8));
            let entries = [(place, 7)]
                .into_iter()
                .chain(between)
                .chain([(place, 7), (last, 9)]);
            let error = refused::<Wide>(&text(entries));
            let again = format!("duplicate property `{name}`");
            assert!(error.contains(&again), "{error}");
        }
        let error = refused::<Wide>(&text([(place, 7)].into_iter()));
        assert!(error.contains("`last` is missing"), "{error}");
    }
    let error = refused::<Wide>(&text([(last, 7), (last, 7)].into_iter()));
    assert!(error.contains("duplicate property `last`"), "{error}");
}
