//! The methods, and that one more is a static of its own and nothing else.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use renzheng_types::value::{IdNumber, PersonName, ValueError};
use strum::IntoEnumIterator;

use super::*;
use crate::{http::problem::InvalidFields, provider::Claim};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).expect("a date")
}

fn zhang_san() -> Identity {
    Identity {
        name: PersonName::parse("张三").expect("a name"),
        id_number: IdNumber::parse("11010519491231002X", today()).expect("a number"),
    }
}

fn filled(
    method: &FormMethod,
    values: &[(&str, &str)],
    on_file: Option<Identity>,
) -> Result<Claim, InvalidFields> {
    let values: BTreeMap<String, String> = values
        .iter()
        .map(|(field, value)| ((*field).into(), (*value).into()))
        .collect();
    let mut form = Form::new(values, on_file, today());
    (method.read)(&mut form);
    form.claim(method.terms.key)
}

/// A method that the program does not have: this static is all it takes.
static LIBRARY_CARD: FormMethod = FormMethod {
    terms: Terms {
        key: Method::Hall,
        level: 2,
        needs: 1,
    },
    asks_step_up: true,
    sets_identity: false,
    fields: |locale, _| {
        vec![field(
            "reader",
            FieldKind::Text,
            locale.pick("读者证号", "Reader's number"),
            "",
        )]
    },
    read: |form| {
        form.take("reader", |text| match text.trim() {
            "" => Err(ValueError::Required),
            reader => Ok(reader.to_uppercase()),
        });
    },
};

#[test]
fn a_tenth_method_is_one_static() {
    let claim = filled(&LIBRARY_CARD, &[("reader", " r-17 ")], Some(zhang_san())).expect("valid");
    assert_eq!(claim.method, Method::Hall);
    assert_eq!(
        claim.elements(),
        BTreeMap::from([
            ("id_number", "11010519491231002X"),
            ("name", "张三"),
            ("reader", "R-17"),
        ])
    );
    let stored = crate::verification::store::StoredClaim::of(&claim);
    let text = serde_json::to_string(&stored).expect("JSON");
    let read: crate::verification::store::StoredClaim =
        serde_json::from_str(&text).expect("the same");
    assert_eq!(read.open(today()).expect("a claim"), claim);
    let refused = filled(&LIBRARY_CARD, &[], Some(zhang_san())).expect_err("empty");
    assert_eq!(refused, InvalidFields::one("reader", ValueError::Required));
    assert!((LIBRARY_CARD.fields)(Locale::En, None)[0].hint.is_empty());
}

#[test]
fn a_claim_stored_by_the_first_version_still_opens() {
    let text = r#"{"method":"id-card","name":"张三","id_number":"11010519491231002X"}"#;
    let stored: crate::verification::store::StoredClaim = serde_json::from_str(text).expect("read");
    let claim = stored.open(today()).expect("a claim");
    assert_eq!((claim.method, claim.details.len()), (Method::IdCard, 0));
    assert!(claim.identity == zhang_san());
}

#[test]
fn every_method_is_registered_once_with_its_fields() {
    let mut seen = HashSet::new();
    for method in METHODS {
        assert!(seen.insert(method.terms.key));
        assert!((1..=3).contains(&method.terms.level));
        assert_eq!(method.sets_identity, method.terms.needs == 0);
        for locale in [Locale::ZhCn, Locale::En] {
            let fields = (method.fields)(locale, Some(&zhang_san()));
            assert!(!fields.is_empty());
            assert!(fields.iter().all(|field| !field.label.is_empty()));
        }
        // An empty form is wrong in each field that is not on file.
        let fields = (method.fields)(Locale::En, Some(&zhang_san()));
        let asked: Vec<_> = fields
            .iter()
            .filter(|field| field.value_on_file.is_none())
            .map(|field| field.name.clone())
            .collect();
        let refused = filled(method, &[], Some(zhang_san())).expect_err("empty");
        assert_eq!(refused.to_string(), asked.join(", "));
    }
    assert_eq!(
        Method::iter()
            .filter(|key| registered(*key).is_some())
            .count(),
        6
    );
}

#[test]
fn name_and_number_are_those_on_file() {
    let claim = filled(
        &telecom::METHOD,
        &[
            ("name", "张三"),
            ("id_number", "11010519491231002x"),
            ("phone", "+86 135 0000 0330"),
        ],
        Some(zhang_san()),
    )
    .expect("valid");
    assert_eq!(claim.detail("phone"), "13500000330");
    let refused = filled(
        &telecom::METHOD,
        &[("name", "李四"), ("phone", "13500000330")],
        Some(zhang_san()),
    );
    let differs = InvalidFields::one("name", ValueError::DiffersFromFile);
    assert_eq!(refused, Err(differs));
    let nobody = filled(&telecom::METHOD, &[("phone", "13500000330")], None);
    assert!(nobody.is_err());
}
