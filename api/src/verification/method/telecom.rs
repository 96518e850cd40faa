//! 电信运营商: name, ID number and phone as the operator knows them. Level 2.

use renzheng_types::{
    Locale,
    value::Phone,
    verification::{FieldKind, FormField, Method},
};

use super::{Form, FormMethod, Terms, field};
use crate::provider::Identity;

pub static METHOD: FormMethod = FormMethod {
    terms: Terms {
        key: Method::Telecom,
        level: 2,
        needs: 1,
    },
    asks_step_up: true,
    sets_identity: false,
    fields,
    read,
};

fn fields(locale: Locale, on_file: Option<&Identity>) -> Vec<FormField> {
    let mut name = field("name", FieldKind::Name, locale.pick("姓名", "Name"), "");
    name.value_on_file = on_file.map(|identity| identity.name.masked());
    let mut id_number = field(
        "id_number",
        FieldKind::IdNumber,
        locale.pick("身份证号", "ID number"),
        "",
    );
    id_number.value_on_file = on_file.map(|identity| identity.id_number.masked());
    let phone = field(
        "phone",
        FieldKind::Phone,
        locale.pick("手机号码", "Mobile number"),
        locale.pick(
            "以您本人身份证办理的手机号码",
            "A number registered under your own name",
        ),
    );
    vec![name, id_number, phone]
}

fn read(form: &mut Form) {
    form.confirm_identity();
    form.take("phone", |text| {
        Phone::parse(text).map(|phone| phone.as_str().into())
    });
}
