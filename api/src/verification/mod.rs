//! Real-name verification: attempts, their evidence, and the level that follows from them.

pub mod alipay;
pub mod alipay_routes;
pub mod attempt;
pub mod decide;
pub mod face;
pub mod lapse;
pub mod level;
pub mod method;
pub mod overview;
pub mod retry;
pub mod routes;
pub mod store;
