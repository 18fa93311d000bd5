"""The findings about the must-haves of a plan in the files of its project."""

from gsdc.finding import Diagnostic, Severity

MISSING_ARTIFACT = Diagnostic(
    "MH001",
    "missing-artifact",
    Severity.ERROR,
    """A file that a plan promises does not exist.

    A path that ends in "/" promises a folder, one with "*" at least one file that matches.

    ## Why is this bad?
    The plan is called done when its artifacts are there (seed 000, "must_haves").

    ## Example (PLAN.md, gsdc verify .planning)
    ---
    must_haves:
      artifacts:
        - path: src/routes.ts
    ---

    ## Use instead (PLAN.md, gsdc verify .planning)
    ---
    must_haves:
      artifacts:
        - path: src/routes.ts
    ---
    -- src/routes.ts --
    export const routes = []
    """,
)
SHORT_ARTIFACT = Diagnostic(
    "MH002",
    "short-artifact",
    Severity.ERROR,
    """A file has fewer lines than its plan promises.

    ## Why is this bad?
    `min_lines` tells a stub from the real thing (seed 000, "min_lines").

    ## Example (PLAN.md, gsdc verify .planning)
    ---
    must_haves:
      artifacts:
        - path: src/routes.ts
          min_lines: 3
    ---
    -- src/routes.ts --
    // later

    ## Use instead (PLAN.md, gsdc verify .planning)
    ---
    must_haves:
      artifacts:
        - path: src/routes.ts
          min_lines: 3
    ---
    -- src/routes.ts --
    const list = () => []
    const show = () => {}
    export const routes = [list, show]
    """,
)
MISSING_CONTENT = Diagnostic(
    "MH003",
    "missing-content",
    Severity.ERROR,
    """A file does not contain what its plan promises.

    `contains` is text that stands in the file, or a regular expression, such as `login|logout`, that matches.

    ## Why is this bad?
    It is the part of the file that the plan is about (seed 000, "contains"): without it, the file is another one.

    ## Example (PLAN.md, gsdc verify .planning)
    ---
    must_haves:
      artifacts:
        - path: src/routes.ts
          contains: login|logout
    ---
    -- src/routes.ts --
    export const routes = []

    ## Use instead (PLAN.md, gsdc verify .planning)
    ---
    must_haves:
      artifacts:
        - path: src/routes.ts
          contains: login|logout
    ---
    -- src/routes.ts --
    export const routes = [login]
    """,
)
MISSING_EXPORT = Diagnostic(
    "MH004",
    "missing-export",
    Severity.ERROR,
    """A file does not export a name that its plan promises.

    It is searched as a whole word: `app` is not found in `application`.

    ## Why is this bad?
    Other plans import that name (measured on get-shit-done 1.42, which looks for it too).

    ## Example (PLAN.md, gsdc verify .planning)
    ---
    must_haves:
      artifacts:
        - path: src/routes.ts
          exports: [app]
    ---
    -- src/routes.ts --
    export const application = 1

    ## Use instead (PLAN.md, gsdc verify .planning)
    ---
    must_haves:
      artifacts:
        - path: src/routes.ts
          exports: [app]
    ---
    -- src/routes.ts --
    export const app = 1
    """,
)
BROKEN_LINK = Diagnostic(
    "MH005",
    "broken-link",
    Severity.ERROR,
    """A link between two files that a plan promises is not there.

    The pattern of a key link must be in the file of `from`, or in that of `to`; without a pattern, the first file must
    contain the path of the second.

    ## Why is this bad?
    Two files that each work, and are never joined, are what plans most often leave behind (seed 000, "key_links").

    ## Example (PLAN.md, gsdc verify .planning)
    ---
    must_haves:
      key_links:
        - {from: src/page.ts, to: src/routes.ts, via: fetch}
    ---
    -- src/page.ts --
    export const page = "later"
    -- src/routes.ts --
    export const routes = []

    ## Use instead (PLAN.md, gsdc verify .planning)
    ---
    must_haves:
      key_links:
        - {from: src/page.ts, to: src/routes.ts, via: fetch}
    ---
    -- src/page.ts --
    import { routes } from "./routes"
    -- src/routes.ts --
    export const routes = []
    """,
)

NOTHING_CHECKED = Diagnostic(
    "PL044",
    "nothing-checked",
    Severity.WARNING,
    """None of the artifacts and key links that a plan promises can be checked: they are prose.

    ## Why is this bad?
    The plan counts as verified although nobody looked. get-shit-done 1.42.3 says that all of them hold, GSD core 1.14.0
    that they do not (measured on both).

    ## Example (PLAN.md, gsdc verify .planning)
    ---
    must_haves:
      artifacts:
        - the loader, with its tests
    ---

    ## Use instead (PLAN.md, gsdc verify .planning)
    ---
    must_haves:
      artifacts:
        - path: src/loader.ts
    ---
    -- src/loader.ts --
    export const load = () => []
    """,
)
