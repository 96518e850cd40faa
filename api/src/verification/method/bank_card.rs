//! 银行卡: card and the phone the bank knows, with name and ID number on file. Level 2.

use renzheng_types::{
    Locale,
    value::{BankCard, Phone},
    verification::{FieldKind, FormField, Method},
};

use super::{Form, FormMethod, Terms, field};
use crate::provider::Identity;

pub static METHOD: FormMethod = FormMethod {
    terms: Terms {
        key: Method::BankCard,
        level: 2,
        needs: 1,
    },
    asks_step_up: true,
    sets_identity: false,
    fields,
    read,
};

fn fields(locale: Locale, _: Option<&Identity>) -> Vec<FormField> {
    vec![
        field(
            "card_number",
            FieldKind::BankCard,
            locale.pick("银行卡号", "Bank card number"),
            locale.pick("本人名下的借记卡或信用卡", "A card in your own name"),
        ),
        field(
            "phone",
            FieldKind::Phone,
            locale.pick("预留手机号", "Phone at the bank"),
            locale.pick("在银行预留的手机号码", "The mobile number your bank knows"),
        ),
    ]
}

fn read(form: &mut Form) {
    form.take("card_number", |text| {
        BankCard::parse(text).map(|card| card.as_str().into())
    });
    form.take("phone", |text| {
        Phone::parse(text).map(|phone| phone.as_str().into())
    });
}
