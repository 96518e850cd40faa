//! What targets stand on: keys, in a database of their own.

use std::sync::LazyLock;

use renzheng::{
    clock::Clock,
    crypto::{MasterKey, SigningKeys, Vault},
    database::Database,
};

pub struct Stand {
    pub vault: Vault,
    pub signing: SigningKeys,
}

static STAND: LazyLock<Stand> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let file = std::env::temp_dir().join(format!("renzheng-fuzz-{}.db", std::process::id()));
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let database = Database::connect(&url).await.expect("a database");
        database.migrate().await.expect("a schema");
        let master = MasterKey::from_text(&"5a".repeat(32)).expect("a key");
        let clock = Clock::system();
        let vault = Vault::open(database.write(), &master, &clock)
            .await
            .expect("a vault");
        let signing = SigningKeys::open(database.write(), &vault, &clock)
            .await
            .expect("keys");
        Stand { vault, signing }
    })
});

impl Stand {
    pub fn get() -> &'static Self {
        &STAND
    }
}
