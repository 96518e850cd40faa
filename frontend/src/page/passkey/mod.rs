//! 通行密钥: the list, adding one, removing one.

mod add;
mod list;
mod remove;

pub use add::AddPasskey;
pub use list::Passkeys;
pub use remove::RemovePasskey;

use renzheng_types::value::Nickname;

use crate::{
    check,
    hook::{Text, Values},
};

const FIELDS: &[&str] = &["name"];

fn wrong(_: &str, values: &Values) -> Option<Text> {
    check::told(
        Nickname::parse(values.get("name")),
        ("请输入名称", "Enter a name"),
    )
}
