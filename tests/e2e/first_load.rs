//! What a first visit fetches, and whether it holds still.

use crate::at_both_widths;

/// Requests for what the page says already; how far things moved (Cumulative Layout Shift); the page as it came.
const LOOK: &str = "
    const asked = performance.getEntriesByType('resource').filter(entry => entry.name.endsWith('/service')).length;
    const observer = new PerformanceObserver(() => {});
    observer.observe({type: 'layout-shift', buffered: true});
    const drawn = () => new Promise(requestAnimationFrame);
    return drawn().then(drawn).then(() => fetch('/')).then(answer => answer.text()).then(page => [
        asked,
        observer.takeRecords().reduce((sum, entry) => sum + entry.value, 0),
        page,
    ]);";

#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_what_the_service_is_and_holds_still() {
    at_both_widths(async |server, browser| {
        browser.go("/sign-in").await;
        browser.on("sign-in").await;
        browser.says("#demo-banner", "演示环境").await;
        let seen = browser.driver.execute(LOOK, Vec::new()).await;
        let (asked, moved, page): (u32, f64, String) =
            seen.expect("a look").convert().expect("what was seen");
        assert_eq!(asked, 0);
        assert!(moved < 0.05, "{moved}");
        // The warning is there before the program is.
        assert!(page.contains("<strong class=\"demo__name\">"), "{page}");
        assert!(!page.contains("<!--demo"), "{page}");
        let inbox = server.app().sandbox_url.as_deref().expect("a sandbox");
        assert!(page.contains(&format!("href=\"{inbox}\"")), "{page}");
        browser
    })
    .await;
}
