//! 身份证: name and number against the population register. Level 1.

use chrono::NaiveDate;
use renzheng_types::{
    Locale,
    value::{IdNumber, PersonName},
    verification::{FormField, IdCardClaim, Method},
};

use super::{FormMethod, field};
use crate::{http::problem::InvalidFields, provider::Claim};

pub static METHOD: FormMethod = FormMethod {
    key: Method::IdCard,
    level: 1,
    needs: 0,
    fields,
};

fn fields(locale: Locale) -> Vec<FormField> {
    vec![
        field(
            "name",
            locale.pick("姓名", "Name"),
            locale.pick("请填写身份证上的姓名", "As it stands on the ID card"),
        ),
        field(
            "id_number",
            locale.pick("身份证号", "ID number"),
            locale.pick(
                "18 位，最后一位可能是 X",
                "18 characters; the last may be X",
            ),
        ),
    ]
}

/// Reads what the person gave.
pub fn claim(request: &IdCardClaim, today: NaiveDate) -> Result<Claim, InvalidFields> {
    let mut invalid = InvalidFields::default();
    let name = invalid.note("name", PersonName::parse(&request.name));
    let id_number = invalid.note("id_number", IdNumber::parse(&request.id_number, today));
    match (name, id_number) {
        (Some(name), Some(id_number)) => Ok(Claim::IdCard { name, id_number }),
        _ => Err(invalid),
    }
}
