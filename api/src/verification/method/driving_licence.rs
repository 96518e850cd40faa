//! 驾驶证: the licence's file number, with name and ID number on file. Level 2.

use renzheng_types::{
    Locale,
    value::DrivingLicenceFile,
    verification::{FieldKind, FormField, Method},
};

use super::{Form, FormMethod, Terms, field};
use crate::provider::Identity;

pub static METHOD: FormMethod = FormMethod {
    terms: Terms {
        key: Method::DrivingLicence,
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
        "file_number",
        FieldKind::DrivingLicenceFile,
        locale.pick("档案编号", "File number"),
        locale.pick(
            "驾驶证副页上的 12 位数字",
            "12 digits, on the second page of the licence",
        ),
    )]
}

fn read(form: &mut Form) {
    form.take("file_number", |text| {
        DrivingLicenceFile::parse(text).map(|file| file.as_str().into())
    });
}
