//! Where the browser is, and where it was.

use super::Browser;

const AT: &str = "return location.pathname + location.search === expected || null";
const REWOUND: &str = "
    const at = location.pathname + location.search === expected;
    return at && navigation.canGoForward || null";

impl Browser<'_> {
    /// Waits until the address is this path, with its query.
    pub async fn at(&self, path: &str) {
        self.arrived(AT, path).await;
    }

    /// The same, where the page went back there by itself.
    pub async fn rewound(&self, path: &str) {
        self.arrived(REWOUND, path).await;
    }

    async fn arrived(&self, look: &str, path: &str) {
        let arrived = self.waited(look, "", path, |_| Ok(())).await;
        if arrived.is_none() {
            let seen = self.driver.current_url().await;
            panic!("at {seen:?}, not {path}");
        }
    }

    pub async fn back(&self) {
        self.driver.back().await.expect("an entry before");
    }

    pub async fn forward(&self) {
        self.driver.forward().await.expect("an entry after");
    }
}
