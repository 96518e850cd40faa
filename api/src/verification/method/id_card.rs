//! 身份证: name and number against the population register. Level 1.

use renzheng_types::{
    Locale,
    verification::{FieldKind, FormField, Method},
};

use super::{Form, FormMethod, Terms, field};
use crate::provider::Identity;

pub static METHOD: FormMethod = FormMethod {
    terms: Terms {
        key: Method::IdCard,
        level: 1,
        needs: 0,
    },
    asks_step_up: false,
    sets_identity: true,
    fields,
    read: Form::take_identity,
};

fn fields(locale: Locale, _: Option<&Identity>) -> Vec<FormField> {
    vec![
        field(
            "name",
            FieldKind::Name,
            locale.pick("姓名", "Name"),
            locale.pick("请填写身份证上的姓名", "As it stands on the ID card"),
        ),
        field(
            "id_number",
            FieldKind::IdNumber,
            locale.pick("身份证号", "ID number"),
            locale.pick(
                "18 位，最后一位可能是 X",
                "18 characters; the last may be X",
            ),
        ),
    ]
}
