//! Methods, their names, and what they promise.

use super::pairs;

pairs! {
    Difference: old() new()

    added: ["method-added +x"],
    old {} {} [],
    new {} { async fn added(&self) -> String { "1".to_owned() } } [value added()];

    removed: ["method-removed-without-deprecation x+"],
    old {} { async fn removed(&self) -> Vec<u8> { vec![1] } } [value removed()],
    new {} {} [];

    removed_deprecated: ["method-removed x+"],
    old {} { #[deprecated = "it is old"] async fn removed_deprecated(&self) -> bool { true } } [value removed_deprecated()],
    new {} {} [];

    renamed: ["method-renamed xx"],
    old {} { async fn renamed(&self, key: i8) -> i8 { key } } [value renamed(1)],
    new {} { #[rpc(name = "has_another_name")] async fn renamed(&self, key: i8) -> i8 { key } } [value renamed(1)];

    renamed_with_alias: ["method-renamed-with-alias +x"],
    old {} { async fn renamed_with_alias(&self) -> u8 { 1 } } [value renamed_with_alias()],
    new {} { #[rpc(name = "another", alias = "renamed_with_alias")] async fn renamed_with_alias(&self) -> u8 { 1 } } [value renamed_with_alias()];

    name_and_alias_swapped: ["method-renamed-with-alias ++"],
    old {} { #[rpc(alias = "swapped")] async fn name_and_alias_swapped(&self) -> u8 { 1 } } [value name_and_alias_swapped()],
    new {} { #[rpc(name = "swapped", alias = "name_and_alias_swapped")] async fn name_and_alias_swapped(&self) -> u8 { 1 } } [value name_and_alias_swapped()];

    alias_removed: ["alias-removed x+"],
    old {} { #[rpc(alias = "removed_alias")] async fn alias_removed(&self) -> u8 { 1 } } [value alias_removed()] raw ["removed_alias" [0u8; 0]],
    new {} { async fn alias_removed(&self) -> u8 { 1 } } [value alias_removed()];

    alias_added: ["alias-added +!"],
    old {} { async fn alias_added(&self) -> u8 { 1 } } [value alias_added()],
    new {} { #[rpc(alias = "added_alias")] async fn alias_added(&self) -> u8 { 1 } } [value alias_added()] raw ["added_alias" [0u8; 0]];

    alias_moved: ["alias-moved xx"],
    old {} {
        #[rpc(alias = "moved_alias")] async fn alias_moved(&self) -> u8 { 1 }
        async fn other_owner(&self) -> u8 { 2 }
    } [value alias_moved()] raw ["moved_alias" [0u8; 0]],
    new {} {
        async fn alias_moved(&self) -> u8 { 1 }
        #[rpc(alias = "moved_alias")] async fn other_owner(&self) -> u8 { 2 }
    } [value alias_moved()] raw ["moved_alias" [0u8; 0]];

    became_notification: ["call-became-notification x!"], unseen new,
    old {} { async fn became_notification(&self) -> u8 { 1 } } [value became_notification()],
    new {} { #[rpc(notification)] async fn became_notification(&self) {} } [value became_notification()];

    became_call: ["notification-became-call +!"],
    old {} { #[rpc(notification)] async fn became_call(&self) {} } [value became_call()],
    new {} { async fn became_call(&self) -> u8 { 1 } } [value became_call()];

    // Clients repeat calls of idempotent methods. Here, each call is made twice.
    idempotent_dropped: ["idempotent-dropped x+"],
    old {} { #[rpc(idempotent)] async fn idempotent_dropped(&self) -> u32 { 1 } } [value idempotent_dropped(), value idempotent_dropped()],
    new { static COUNT: AtomicU32 = AtomicU32::new(0); }
        { async fn idempotent_dropped(&self) -> u32 { COUNT.fetch_add(1, Ordering::Relaxed) + 1 } } [];

    idempotent_added: ["idempotent-added +!"],
    old { static OLD_COUNT: AtomicU32 = AtomicU32::new(0); }
        { async fn idempotent_added(&self) -> u32 { OLD_COUNT.fetch_add(1, Ordering::Relaxed) + 1 } } [],
    new {} { #[rpc(idempotent)] async fn idempotent_added(&self) -> u32 { 1 } } [value idempotent_added(), value idempotent_added()];

    // What a call changes can't be seen in its answer.
    read_only_dropped: ["read-only-dropped !+"], unseen old,
    old {} { #[rpc(read_only)] async fn read_only_dropped(&self) -> u8 { 1 } } [value read_only_dropped()],
    new {} { #[rpc(idempotent)] async fn read_only_dropped(&self) -> u8 { 1 } } [value read_only_dropped()];

    read_only_added: ["read-only-added +!"], unseen new,
    old {} { #[rpc(idempotent)] async fn read_only_added(&self) -> u8 { 1 } } [value read_only_added()],
    new {} { #[rpc(read_only)] async fn read_only_added(&self) -> u8 { 1 } } [value read_only_added()];

    deprecated: ["method-deprecated ++", "docs-changed ++"],
    old {} { async fn deprecated(&self) -> u8 { 1 } } [value deprecated()],
    new {} { #[deprecated = "use another"] async fn deprecated(&self) -> u8 { 1 } } [value deprecated()];

    no_longer_deprecated: ["deprecation-dropped ++", "docs-changed ++"],
    old {} { #[deprecated = "use another"] async fn no_longer_deprecated(&self) -> u8 { 1 } } [value no_longer_deprecated()],
    new {} { async fn no_longer_deprecated(&self) -> u8 { 1 } } [value no_longer_deprecated()];

    described: ["docs-changed ++"],
    old {} { async fn described(&self) -> u8 { 1 } } [value described()],
    new {} { /// What it does.
        async fn described(&self) -> u8 { 1 } } [value described()];

    tagged: ["tags-changed ++"],
    old {} { async fn tagged(&self) -> u8 { 1 } } [value tagged()],
    new {} { #[rpc(tag = "stock")] async fn tagged(&self) -> u8 { 1 } } [value tagged()];

    exemplified: ["examples-changed ++"],
    old {} { async fn exemplified(&self) -> u8 { 1 } } [value exemplified()],
    new {} { #[rpc(example(=> 1))] async fn exemplified(&self) -> u8 { 1 } } [value exemplified()];
}
