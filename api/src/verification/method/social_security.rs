//! 社保卡: the social security number, with name and ID number on file. Level 2.

use renzheng_types::{
    Locale,
    value::SocialSecurityNumber,
    verification::{FieldKind, FormField, Method},
};

use super::{Form, FormMethod, Terms, field};
use crate::provider::Identity;

pub static METHOD: FormMethod = FormMethod {
    terms: Terms {
        key: Method::SocialSecurity,
        level: 2,
        needs: 1,
    },
    asks_step_up: true,
    sets_identity: false,
    fields,
    read,
};

fn fields(locale: Locale, _: Option<&Identity>) -> Vec<FormField> {
    vec![field(
        "number",
        FieldKind::SocialSecurity,
        locale.pick("社保编号", "Social security number"),
        locale.pick(
            "社保卡上的 8 至 9 位卡号，或身份证号",
            "The 8 or 9 characters on the card, or your ID number",
        ),
    )]
}

fn read(form: &mut Form) {
    let today = form.today();
    form.take("number", |text| {
        SocialSecurityNumber::parse(text, today).map(|number| number.as_str().into())
    });
}
