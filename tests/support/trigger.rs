//! What happens in the middle of a request: the test's database does it by itself, at the moment at which a step of the
//! request changes a row.

use sea_orm::{ConnectionTrait, DbBackend};

use crate::TestServer;

/// Whenever `event` (`DELETE ON ephemeral`) happens to a row for which `condition` holds, `act` is done too, in the same
/// statement. Codes and tickets are rows only where there is no Redis: for servers that are [`without_redis`].
///
/// [`without_redis`]: TestServer::without_redis
pub async fn whenever(server: &TestServer, event: &str, condition: &str, act: &str) {
    let database = server.app().database.write();
    let statements = match database.get_database_backend() {
        DbBackend::Postgres => vec![
            format!(
                "CREATE FUNCTION meanwhile() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN {act}; RETURN NULL; END $$"
            ),
            format!(
                "CREATE TRIGGER meanwhile AFTER {event} FOR EACH ROW WHEN ({condition}) \
                 EXECUTE FUNCTION meanwhile()"
            ),
        ],
        _ => vec![format!(
            "CREATE TRIGGER meanwhile AFTER {event} FOR EACH ROW WHEN {condition} BEGIN {act}; END"
        )],
    };
    for statement in statements {
        let made = database.execute_unprepared(&statement).await;
        made.expect(&statement);
    }
}
