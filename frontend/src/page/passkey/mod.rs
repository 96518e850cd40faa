//! 通行密钥: the list, adding one, removing one.

mod add;
mod list;
mod make;
mod remove;
mod row;

pub use add::AddPasskey;
pub use list::Passkeys;
pub use make::Make;
pub use remove::RemovePasskey;
pub use row::Row;

use renzheng_types::value::Nickname;

use crate::{
    check,
    hook::{Text, Values},
};

/// As many as the server keeps.
pub const MOST: usize = 10;

const FIELDS: &[&str] = &["name"];

fn wrong(_: &str, values: &Values) -> Option<Text> {
    check::told(
        Nickname::parse(values.get("name")),
        ("请输入名称", "Enter a name"),
    )
}
