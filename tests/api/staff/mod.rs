//! `/staff`, `/admin/staff`, `/admin/halls`, and who may do what.

mod admin;
mod command;
mod enrolments;
mod roles;
mod sessions;
