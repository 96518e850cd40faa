use argon2::{Algorithm, Argon2, PasswordHasher, Version};
use proptest::prelude::*;

use super::{engine::Workshop, *};

const PEPPER: [u8; 32] = [7; 32];
const SMALL: PasswordPolicy = PasswordPolicy {
    memory_kib: 64,
    iterations: 1,
    lanes: 1,
    threads: 1,
    queue: 1,
    engine: Engine::Portable,
};

fn pool(policy: PasswordPolicy) -> PasswordPool {
    PasswordPool::new(policy, PEPPER).unwrap()
}

fn secret(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.to_owned())
}

async fn verdict(pool: &PasswordPool, password: &str, phc: &str) -> Verdict {
    let phc = Some(phc.to_owned());
    pool.verify(secret(password), phc).await.unwrap()
}

const MATCH: Verdict = Verdict::Match { rehash: None };

#[tokio::test]
async fn hashes_and_verifies() {
    let policy = PasswordPolicy {
        memory_kib: 19456,
        iterations: 2,
        ..SMALL
    };
    let pool = pool(policy);
    let one = pool.hash(secret("correct horse")).await.unwrap();
    let two = pool.hash(secret("correct horse")).await.unwrap();
    assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
    assert_ne!(one, two, "each has its own salt");
    for phc in [&one, &two] {
        assert_eq!(verdict(&pool, "correct horse", phc).await, MATCH);
        for wrong in ["correct hors", "correct horse ", "Correct horse", ""] {
            assert_eq!(verdict(&pool, wrong, phc).await, Verdict::Mismatch);
        }
    }
}

// A2, A4
#[tokio::test]
async fn nothing_is_cut_and_characters_are_normalised() {
    let pool = pool(SMALL);
    let long = "长".repeat(99);
    let phc = pool.hash(secret(&format!("{long}a"))).await.unwrap();
    let last_differs = format!("{long}b");
    assert_eq!(verdict(&pool, &format!("{long}a"), &phc).await, MATCH);
    assert_eq!(verdict(&pool, &last_differs, &phc).await, Verdict::Mismatch);

    let phc = pool.hash(secret("caf\u{e9} １２")).await.unwrap();
    for same in ["cafe\u{301} 12", "caf\u{e9} １２"] {
        assert_eq!(verdict(&pool, same, &phc).await, MATCH);
    }
}

// A11
#[tokio::test]
async fn an_unknown_account_never_matches() {
    let pool = pool(SMALL);
    for password in ["", "anything"] {
        let verdict = pool.verify(secret(password), None).await.unwrap();
        assert_eq!(verdict, Verdict::Mismatch);
    }
}

// A9
#[tokio::test]
async fn a_weaker_hash_is_made_anew() {
    let old = pool(SMALL).hash(secret("password")).await.unwrap();
    let raised = pool(PasswordPolicy {
        memory_kib: 128,
        ..SMALL
    });
    assert_eq!(verdict(&raised, "wrong", &old).await, Verdict::Mismatch);
    let Verdict::Match { rehash: Some(new) } = verdict(&raised, "password", &old).await else {
        panic!("no new hash");
    };
    assert!(new.contains("$m=128,t=1,p=1$"), "{new}");
    assert_eq!(verdict(&raised, "password", &new).await, MATCH);
    // A stronger one stays, and needs more memory than the thread keeps.
    assert_eq!(verdict(&pool(SMALL), "password", &new).await, MATCH);
}

// A9
#[tokio::test]
async fn agrees_with_the_crate_and_depends_on_the_pepper() {
    let params = Params::new(64, 1, 1, None).unwrap();
    let argon2 = |pepper| {
        Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params.clone())
            .unwrap()
            .hash_password(b"password")
            .unwrap()
            .to_string()
    };
    let pool = pool(SMALL);
    assert_eq!(verdict(&pool, "password", &argon2(&PEPPER)).await, MATCH);
    let other = argon2(&[8; 32]);
    assert_eq!(verdict(&pool, "password", &other).await, Verdict::Mismatch);
}

proptest! {
    #[test]
    fn both_engines_compute_the_same(
        password in prop::collection::vec(any::<u8>(), 0..200),
        salt in prop::array::uniform16(any::<u8>()),
        memory in 8_u32..300,
        iterations in 1_u32..4,
        length in 16_usize..=64,
    ) {
        let params = Params::new(memory, iterations, 1, Some(length)).unwrap();
        let kept = Params::new(64, 1, 1, Some(32)).unwrap();
        let [portable, vector] = [Engine::Portable, Engine::Vector].map(|engine| {
            let mut out = vec![0; length];
            let mut workshop = Workshop::new(engine);
            for time in 0..3 {
                workshop
                    .compute(&password, &salt, &PEPPER, &params, &kept, &mut out)
                    .unwrap();
                if time == 1 {
                    workshop.rest();
                }
            }
            out
        });
        prop_assert_eq!(portable, vector);
    }
}

#[tokio::test]
async fn engines_know_each_others_hashes() {
    let vector = pool(PasswordPolicy {
        engine: Engine::Vector,
        ..SMALL
    });
    let portable = pool(SMALL);
    for (one, other) in [(&vector, &portable), (&portable, &vector)] {
        let hash = one.hash(secret("password")).await.unwrap();
        assert_eq!(verdict(other, "password", &hash).await, MATCH);
        assert_eq!(verdict(other, "Password", &hash).await, Verdict::Mismatch);
    }
}

#[tokio::test]
async fn refuses_what_is_not_a_hash() {
    let pool = pool(SMALL);
    let good = pool.hash(secret("password")).await.unwrap();
    let broken = [
        "",
        "password",
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ",
        &good.replace("argon2id", "argon2i"),
        &good.replace("v=19", "v=16"),
        &good.replace("m=64", "m=4294967295"),
        &good.replace("t=1", "t=4294967295"),
    ];
    for phc in broken {
        let result = pool.verify(secret("password"), Some(phc.to_owned())).await;
        assert!(matches!(result, Err(HashError::Malformed)), "{phc}");
    }
    assert!(
        PasswordPool::new(
            PasswordPolicy {
                memory_kib: 1,
                ..SMALL
            },
            PEPPER
        )
        .is_err()
    );
    assert!(
        PasswordPool::new(
            PasswordPolicy {
                threads: 0,
                ..SMALL
            },
            PEPPER
        )
        .is_err()
    );
}

/// Keeps the pool's only thread busy until the sender that it answers is used.
async fn occupy(pool: &PasswordPool) -> (std::sync::mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
    let (release, released) = std::sync::mpsc::channel();
    let (start, started) = oneshot::channel();
    let pool = pool.clone();
    let held = tokio::spawn(async move {
        let hold = move |_: &mut Hasher| {
            start.send(()).ok();
            released.recv().ok();
            Ok(())
        };
        pool.run(hold).await.unwrap();
    });
    started.await.unwrap();
    (release, held)
}

// A10, D20
#[tokio::test]
async fn a_full_queue_answers_at_once_and_who_left_is_skipped() {
    let pool = pool(SMALL);
    let (release, held) = occupy(&pool).await;
    let ran = Arc::new(AtomicUsize::new(0));
    let waiting = tokio::spawn({
        let (pool, ran) = (pool.clone(), ran.clone());
        async move {
            pool.run(move |_| Ok(ran.fetch_add(1, Ordering::SeqCst)))
                .await
        }
    });
    while pool.depth() == 0 {
        tokio::task::yield_now().await;
    }
    let refused = pool.hash(secret("password")).await;
    assert!(matches!(refused, Err(HashError::Busy)));
    assert_eq!(pool.depth(), 1);

    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    release.send(()).unwrap();
    held.await.unwrap();
    // The queue has one place: free it before asking again.
    while pool.depth() > 0 {
        tokio::task::yield_now().await;
    }
    pool.hash(secret("password")).await.unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn the_threads_end_with_the_pool() {
    let pool = pool(SMALL);
    let waiting = Arc::downgrade(&pool.waiting);
    pool.hash(secret("password")).await.unwrap();
    drop(pool);
    while waiting.strong_count() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(waiting.upgrade().is_none());
}
