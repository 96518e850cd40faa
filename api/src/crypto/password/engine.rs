//! Which implementation of argon2id computes a hash. Both compute the same.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use argon2_rust::params::{Memory, TagLen};
use serde::Deserialize;

use super::HashError;

/// The implementations there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    /// The crate `argon2`.
    #[default]
    Portable,
    /// The crate `argon2-rust`: AVX2 or AVX-512, whichever the processor has. About twice as fast; younger, not audited.
    Vector,
}

/// An engine with memory for one hash, used again and again.
pub(super) enum Workshop {
    Portable(Vec<Block>),
    Vector(argon2_rust::Hasher),
}

impl Workshop {
    pub(super) fn new(engine: Engine) -> Self {
        match engine {
            Engine::Portable => Self::Portable(Vec::new()),
            Engine::Vector => Self::Vector(
                argon2_rust::Argon2::new(
                    argon2_rust::Algorithm::Argon2id,
                    argon2_rust::Version::V0x13,
                    argon2_rust::Params::default(),
                )
                .hasher(),
            ),
        }
    }

    /// Gives the memory back.
    pub(super) fn rest(&mut self) {
        match self {
            Self::Portable(memory) => *memory = Vec::new(),
            Self::Vector(hasher) => hasher.clear(),
        }
    }

    /// Fills `out`. Memory past that of `kept` is given back afterwards.
    pub(super) fn compute(
        &mut self,
        password: &[u8],
        salt: &[u8],
        pepper: &[u8],
        params: &Params,
        kept: &Params,
        out: &mut [u8],
    ) -> Result<(), HashError> {
        match self {
            Self::Portable(memory) => {
                let blocks = params.block_count();
                if memory.len() < blocks {
                    memory.resize(blocks, Block::new());
                }
                let argon2 = Argon2::new_with_secret(
                    pepper,
                    Algorithm::Argon2id,
                    Version::V0x13,
                    params.clone(),
                )?;
                let result =
                    argon2.hash_password_into_with_memory(password, salt, out, &mut memory[..]);
                memory.truncate(kept.block_count());
                memory.shrink_to_fit();
                Ok(result?)
            }
            Self::Vector(hasher) => {
                let vector = argon2_rust::Params::builder()
                    .memory(Memory::kib(params.m_cost().into()))
                    .passes(params.t_cost())
                    .lanes(params.p_cost())
                    .threads(1)
                    .tag_len(TagLen::bytes(out.len() as u64))
                    .build()?;
                hasher.set_argon2(argon2_rust::Argon2::new(
                    argon2_rust::Algorithm::Argon2id,
                    argon2_rust::Version::V0x13,
                    vector,
                ));
                let result = hasher.hash_into_with_ad(password, salt, pepper, &[], out);
                if hasher.reserved_blocks() > kept.block_count() {
                    hasher.clear();
                }
                Ok(result?)
            }
        }
    }
}
