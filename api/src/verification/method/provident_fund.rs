//! 公积金: the account or joint card, with name and ID number on file. Level 2.

use renzheng_types::{
    Locale,
    value::ProvidentFundAccount,
    verification::{FieldKind, FormField, Method},
};

use super::{Form, FormMethod, Terms, field};
use crate::provider::Identity;

pub static METHOD: FormMethod = FormMethod {
    terms: Terms {
        key: Method::ProvidentFund,
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
        "account",
        FieldKind::ProvidentFund,
        locale.pick("公积金联名卡号", "Provident fund account"),
        locale.pick(
            "公积金账号或联名卡号，6 至 20 位",
            "The account or the joint card: 6 to 20 letters or digits",
        ),
    )]
}

fn read(form: &mut Form) {
    form.take("account", |text| {
        ProvidentFundAccount::parse(text).map(|account| account.as_str().into())
    });
}
