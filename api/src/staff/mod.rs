//! Staff: apart from citizens, with their own table, sign-in and sessions, and always two factors.
//!
//! [`session`] signs in and says who is there; `http::staff_auth` turns that into what operations ask for.

pub mod admin_routes;
pub mod command;
pub mod demo;
pub mod enrol;
pub mod factor;
pub mod manage;
pub mod own;
pub mod passkey;
pub mod routes;
pub mod session;
pub mod store;
pub mod view;

use anyhow::Context;
use renzheng_types::staff::StaffRole;
use uuid::Uuid;

use crate::{
    app::App,
    config::{Config, Profile},
    crypto::Place,
    entity::{account, staff::Model},
};

/// A signed-in member of staff, as operations see them. Role and hall are those of this moment.
#[derive(Clone)]
pub struct Member {
    pub session_id: Uuid,
    pub role: StaffRole,
    pub staff: Model,
}

impl Member {
    pub fn id(&self) -> Uuid {
        self.staff.id
    }

    /// The hall they belong to.
    pub fn hall_id(&self) -> Option<Uuid> {
        self.staff.hall_id
    }

    /// Whether an account is, or would be with this ID number, their own.
    pub fn is(&self, account: &account::Model, id_number_index: Option<&[u8]>) -> bool {
        let same = |mine: &Option<Vec<u8>>, theirs: Option<&[u8]>| {
            mine.as_deref().is_some_and(|mine| theirs == Some(mine))
        };
        let staff = &self.staff;
        same(&staff.id_number_index, account.id_number_index.as_deref())
            || same(&staff.id_number_index, id_number_index)
            || same(&staff.phone_index, account.phone_index.as_deref())
    }
}

/// Whether somebody may sign in, and stay signed in.
pub fn is_usable(app: &App, staff: &Model) -> bool {
    is_usable_in(&app.config, staff)
}

/// The same under a configuration: demo staff are nobody in production.
pub fn is_usable_in(config: &Config, staff: &Model) -> bool {
    let demo_elsewhere = staff.demo && config.profile != Profile::Demo;
    staff.enrolled_at.is_some() && staff.disabled_at.is_none() && !demo_elsewhere
}

/// The role of a row.
pub fn role_of(staff: &Model) -> anyhow::Result<StaffRole> {
    staff.role.parse().context("the role of a staff row")
}

/// Where a sealed column of a row stands.
pub const fn place(column: &'static str, id: Uuid) -> Place<'static> {
    Place {
        table: "staff",
        column,
        row: id,
    }
}
