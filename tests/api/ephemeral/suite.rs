//! What every store does.

use super::*;

pub async fn suite(bench: &Bench) {
    puts_and_takes(bench).await;
    takes_what_is_expected(bench).await;
    swaps_what_is_expected(bench).await;
    puts_new(bench).await;
    limits_tries(bench).await;
    lapses(bench).await;
    counts_all_or_none(bench).await;
    counts_windows(bench).await;
    begins_with_what_counts(bench).await;
    races(bench).await;
    counts_crossing(bench).await;
}

async fn puts_and_takes(Bench { store, .. }: &Bench) {
    let key = Uuid::now_v7().to_string();
    let bytes = [0, 255, 10, 13, 39];
    assert_eq!(store.get(&key).await.unwrap(), None);
    store.put(&key, b"first", MINUTE).await.unwrap();
    store.put(&key, &bytes, MINUTE).await.unwrap();
    assert_eq!(store.get(&key).await.unwrap().unwrap(), bytes);
    assert_eq!(store.take(&key).await.unwrap().unwrap(), bytes);
    assert_eq!(store.take(&key).await.unwrap(), None);

    store.put(&key, b"", MINUTE).await.unwrap();
    assert_eq!(store.get(&key).await.unwrap().unwrap(), b"");
    store.remove(&key).await.unwrap();
    store.remove(&key).await.unwrap();
    assert_eq!(store.get(&key).await.unwrap(), None);
}

async fn takes_what_is_expected(bench: &Bench) {
    let (store, key) = (&bench.store, bench.key("expected"));
    store.put(&key, b"right", MINUTE).await.unwrap();
    assert!(!store.take_if(&key, b"wrong").await.unwrap());
    assert!(store.take_if(&key, b"right").await.unwrap());
    assert!(!store.take_if(&key, b"right").await.unwrap());
}

async fn swaps_what_is_expected(bench: &Bench) {
    let (store, key) = (&bench.store, bench.key("swap"));
    assert!(!store.swap(&key, b"one", b"two").await.unwrap());
    store.put(&key, b"one", MINUTE).await.unwrap();
    assert!(!store.swap(&key, b"other", b"two").await.unwrap());
    assert!(store.swap(&key, b"one", b"two").await.unwrap());
    assert!(!store.swap(&key, b"one", b"two").await.unwrap());
    assert_eq!(store.get(&key).await.unwrap().unwrap(), b"two");
    bench.clock.advance(60);
    assert!(!store.swap(&key, b"two", b"three").await.unwrap());
}

async fn puts_new(bench: &Bench) {
    let (store, key) = (&bench.store, bench.key("new"));
    assert!(store.put_new(&key, b"first", MINUTE).await.unwrap());
    assert!(!store.put_new(&key, b"second", MINUTE).await.unwrap());
    assert_eq!(store.get(&key).await.unwrap().unwrap(), b"first");
    bench.clock.advance(60);
    assert!(store.put_new(&key, b"third", MINUTE).await.unwrap());
    assert_eq!(store.get(&key).await.unwrap().unwrap(), b"third");
}

async fn limits_tries(bench: &Bench) {
    let (store, key) = (&bench.store, bench.key("tries"));
    assert_eq!(store.try_once_more(&key, 2).await.unwrap(), None);
    for _ in 0..2 {
        store.put(&key, b"code", MINUTE).await.unwrap();
        for _ in 0..2 {
            let value = store.try_once_more(&key, 2).await.unwrap();
            assert_eq!(value.unwrap(), b"code");
        }
        assert_eq!(store.try_once_more(&key, 2).await.unwrap(), None);
    }
    assert!(store.get(&key).await.unwrap().is_some());
}

async fn lapses(bench: &Bench) {
    let (store, key) = (&bench.store, bench.key("lapses"));
    store.put(&key, b"value", MINUTE).await.unwrap();
    bench.clock.advance(30);
    assert!(store.get(&key).await.unwrap().is_some());
    bench.clock.advance(30);
    assert_eq!(store.get(&key).await.unwrap(), None);
    assert_eq!(store.try_once_more(&key, 9).await.unwrap(), None);
    assert!(!store.take_if(&key, b"value").await.unwrap());
    assert_eq!(store.take(&key).await.unwrap(), None);
}

async fn counts_all_or_none(bench: &Bench) {
    let store = &bench.store;
    let small = bench.window("small", MINUTE, 1);
    let large = bench.window("large", MINUTE * 10, 2);
    let both = [small.clone(), large.clone()];
    store.count(&both).await.unwrap().unwrap();
    let wait = store.count(&both).await.unwrap().unwrap_err().retry_after;
    assert!(wait <= MINUTE && wait > MINUTE / 2, "{wait:?}");
    assert_eq!(store.counted(&large.key).await.unwrap(), 1);

    store.count(&both[1..]).await.unwrap().unwrap();
    let wait = store.count(&both).await.unwrap().unwrap_err().retry_after;
    assert!(wait > MINUTE * 9, "the longest wait is told: {wait:?}");

    let keys = [&small.key, &large.key];
    store.uncount(&keys).await.unwrap();
    assert_eq!(store.counted(&small.key).await.unwrap(), 0);
    store.count(&both).await.unwrap().unwrap();
    store.uncount(&[bench.key("never counted")]).await.unwrap();

    let nothing = bench.window("nothing", MINUTE, 0);
    let refused = store.count(std::slice::from_ref(&nothing)).await.unwrap();
    assert!(refused.unwrap_err().retry_after > MINUTE / 2);
    assert!(store.count(&[]).await.unwrap().is_ok());
    assert!(store.count(&[nothing.clone(), nothing]).await.is_err());
}

async fn counts_windows(bench: &Bench) {
    let store = &bench.store;
    let window = [bench.window("window", MINUTE, 2)];
    store.count(&window).await.unwrap().unwrap();
    bench.clock.advance(30);
    store.count(&window).await.unwrap().unwrap();
    assert!(store.count(&window).await.unwrap().is_err());
    bench.clock.advance(30);
    assert_eq!(store.counted(&window[0].key).await.unwrap(), 0);
    store.uncount(&[&window[0].key]).await.unwrap();
    store.count(&window).await.unwrap().unwrap();
    assert_eq!(store.counted(&window[0].key).await.unwrap(), 1);
}

/// A window begins with the first that counts in it, not with one that another window refused.
async fn begins_with_what_counts(bench: &Bench) {
    let store = &bench.store;
    let full = bench.window("full", HOUR, 1);
    let fresh = bench.window("fresh", MINUTE, 1);
    store
        .count(std::slice::from_ref(&full))
        .await
        .unwrap()
        .unwrap();
    let both = [full, fresh.clone()];
    assert!(store.count(&both).await.unwrap().is_err());
    bench.clock.advance(40);
    store.count(&both[1..]).await.unwrap().unwrap();
    bench.clock.advance(40);
    assert_eq!(store.counted(&fresh.key).await.unwrap(), 1);
    assert!(store.count(&both[1..]).await.unwrap().is_err());
    bench.clock.advance(20);
    store.count(&both[1..]).await.unwrap().unwrap();

    // What is given back has not begun it either.
    let given = bench.window("given back", MINUTE, 1);
    let given = std::slice::from_ref(&given);
    store.count(given).await.unwrap().unwrap();
    store.uncount(&[&given[0].key]).await.unwrap();
    bench.clock.advance(40);
    store.count(given).await.unwrap().unwrap();
    bench.clock.advance(40);
    assert!(store.count(given).await.unwrap().is_err());
}

async fn races(bench: &Bench) {
    let key = bench.key("race");
    bench.store.put(&key, b"ticket", HOUR).await.unwrap();
    let tries = winners(50, || {
        let (store, key) = (bench.store.clone(), key.clone());
        async move { store.try_once_more(&key, 5).await.unwrap().is_some() }
    });
    assert_eq!(tries.await, 5);

    let takers = winners(50, || {
        let (store, key) = (bench.store.clone(), key.clone());
        async move { store.take(&key).await.unwrap().is_some() }
    });
    assert_eq!(takers.await, 1);

    let putters = winners(50, || {
        let (store, key) = (bench.store.clone(), key.clone());
        async move { store.put_new(&key, b"ticket", HOUR).await.unwrap() }
    });
    assert_eq!(putters.await, 1);

    let takers = winners(50, || {
        let (store, key) = (bench.store.clone(), key.clone());
        async move { store.take_if(&key, b"ticket").await.unwrap() }
    });
    assert_eq!(takers.await, 1);

    let windows = [
        bench.window("race wide", HOUR, 1000),
        bench.window("race", HOUR, 10),
    ];
    let counted = winners(100, || {
        let (store, windows) = (bench.store.clone(), windows.clone());
        async move { store.count(&windows).await.unwrap().is_ok() }
    });
    assert_eq!(counted.await, 10);
    assert_eq!(bench.store.counted(&windows[0].key).await.unwrap(), 10);
}

/// Where two windows have one place each left, one of those who come at once gets it, and the places of the others are
/// free again.
pub async fn competes_for_the_last_place(bench: &Bench) {
    for round in 0..20 {
        let windows = ["one", "two", "three"]
            .map(|name| bench.window(&format!("last {round} {name}"), HOUR, 1));
        let counted = winners(10, || {
            let (store, windows) = (bench.store.clone(), windows.clone());
            async move { store.count(&windows).await.unwrap().is_ok() }
        });
        assert_eq!(counted.await, 1, "round {round}");
        for window in &windows {
            assert_eq!(bench.store.counted(&window.key).await.unwrap(), 1);
        }
    }
}

/// Windows named in opposite orders, beside lapsed ones being purged: nobody deadlocks.
async fn counts_crossing(bench: &Bench) {
    let one = bench.window("cross one", HOUR, 1000);
    let two = bench.window("cross two", HOUR, 1000);
    for round in 0..3 {
        let counted = winners(40, || {
            let store = bench.store.clone();
            let (forth, back) = ([one.clone(), two.clone()], [two.clone(), one.clone()]);
            async move {
                store.purge().await.unwrap();
                store.count(&forth).await.unwrap().unwrap();
                store.uncount(&[&back[0].key, &back[1].key]).await.unwrap();
                store.count(&back).await.unwrap().is_ok()
            }
        });
        assert_eq!(counted.await, 40, "round {round}");
        assert_eq!(bench.store.counted(&one.key).await.unwrap(), 40);
        bench.clock.advance(3600);
    }
}

/// For the stores that don't clean up by themselves.
pub async fn purges(bench: &Bench) {
    let store = &bench.store;
    bench.clock.advance(3600);
    store.purge().await.unwrap();
    store.put(&bench.key("short"), b"", MINUTE).await.unwrap();
    store
        .put(&bench.key("long"), b"", MINUTE * 9)
        .await
        .unwrap();
    let window = [bench.window("purge", MINUTE, 9)];
    store.count(&window).await.unwrap().unwrap();
    assert_eq!(store.purge().await.unwrap(), 0);
    bench.clock.advance(120);
    assert_eq!(store.purge().await.unwrap(), 2);
    assert!(store.get(&bench.key("long")).await.unwrap().is_some());
}
