//! `/staff`, `/admin/staff`, `/admin/halls`, and who may do what.

mod admin;
mod command;
mod enrolments;
mod passkeys;
mod roles;
mod sessions;
