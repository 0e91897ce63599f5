//! Names of generic types as .NET writes them in full: `Page`1[[Shop.Order, Shop.Models, Version=1.0.0.0, Culture=neutral,
//! PublicKeyToken=null]]`. Where a type is compiled, and in which version, is not part of a name: each release would change it.

use std::borrow::Cow;

/// The name without assemblies and numbers of arguments: `Page[[Shop.Order]]`.
pub(super) fn without_assemblies(text: &str) -> Cow<'_, str> {
    if !text.contains(", Version=") {
        return text.into();
    }
    let mut made = String::with_capacity(text.len());
    for part in text.split_inclusive(']') {
        let name = part.strip_suffix(']').unwrap_or(part);
        let assembly = name
            .find(", Version=")
            .and_then(|version| name.get(..version)?.rfind(", "));
        made.push_str(assembly.and_then(|at| name.get(..at)).unwrap_or(name));
        made.push_str(part.get(name.len()..).unwrap_or_default());
    }
    let mut kept = made.split('`');
    let mut plain = kept.next().unwrap_or_default().to_owned();
    for part in kept {
        plain.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    plain.into()
}

#[cfg(test)]
mod tests {
    use super::without_assemblies;

    #[test]
    fn assemblies_are_no_part_of_a_name() {
        let of = |name: &str, assembly: &str| {
            format!("[{name}, {assembly}, Version=9.2.2.0, Culture=neutral, PublicKeyToken=null]")
        };
        let order = of("Shop.Order", "Shop.Models");
        let page = format!("Dtos.Page`1[{order}]");
        assert_eq!(without_assemblies(&page), "Dtos.Page[[Shop.Order]]");
        let pair = format!("Pair`2[{},{order}]", of(&page, "Dtos"));
        let plain = "Pair[[Dtos.Page[[Shop.Order]]],[Shop.Order]]";
        assert_eq!(without_assemblies(&pair), plain);
        for odd in ["a, Version=", ", Version=1]", "`, Version=`1", "Page`1"] {
            without_assemblies(odd);
        }
        assert_eq!(without_assemblies("Page`1"), "Page`1");
    }
}
