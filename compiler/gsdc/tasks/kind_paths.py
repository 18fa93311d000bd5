"""Paths that determine the kind of a task: see ``gsdc.tasks.kind``."""

from typing import Final

from gsdc.tasks.vocabulary import Patterns

# Ends of templates and samples: they are the kind of file that they become.
TEMPLATE: Final = Patterns(r"\.(?:hbs|j2|jinja2?|tmpl|tpl|ejs|mustache|erb|template|sample|example)$")
TEST_FILE: Final = Patterns(
    r"(?:^|/)(?:tests?|__tests__|__mocks__|spec|e2e|fixtures|testdata|androidTest)/|[._-](?:test|spec)s?\."
    r"|(?:^|/)(?:cypress|playwright|__snapshots__)/|\.cy\.[jt]sx?$|(?:^|/)tests?\.\w+$"
    r"|(?:^|/)(?:test_|test-[^/]*\.(?!txt)\w+$|conftest\.py)|[._-]smoke\.|(?-i:(?<=[a-z\d])(?:Tests?|Spec)\.\w+$)"
)
# Languages whose tests may be in the file that they test.
TESTED_INSIDE: Final = Patterns(r"\.(?:rs|zig|d)$")
# Prompts, commands and workflows of agents are executable Markdown.
PROMPT_FILE: Final = Patterns(r"(?:^|/)(?:agents|commands|workflows|skills|prompts)/(?:.*/)?(?!README)[^/]*\.md$")
DOC_FILE: Final = Patterns(
    r"\.(?:md|mdx|rst|adoc|txt)(?:\.(?:hbs|j2|tmpl))?$|(?:^|/)docs?/|(?:^|/)(?:LICEN[SC]E(?:-\w+)?|NOTICE|AUTHORS|README|CHANGELOG)$"
)
# Text that no reader of the documentation wants: data for tools, and licences.
TEXT_DATA: Final = Patterns(
    r"(?:^|/)(?:(?:requirements[\w.-]*|CMakeLists|robots|constraints)\.txt|(?:LICEN[SC]E(?:-\w+)?|NOTICE)(?:\.(?:md|txt))?)$"
)
# Documents that report what was found.
REPORT_FILE: Final = Patterns(r"(?:^|/)[\w.-]*(?:analysis|findings|inventory|survey|spike)[\w.-]*$|\.txt$")
# In a folder of source code, "infra" and "deploy" are names of modules.
SOURCE_FILE: Final = Patterns(
    r"(?:^|/)(?:src|internal|pkg|crates)/(?:.*/)?[^/]*\.(?:[ch](?:pp|c|xx|h)?|hpp|cs|go|rs|py|java|kt|swift|[jt]sx?|rb|php|ex)$"
)
INFRA_FILE: Final = Patterns(
    r"(?:^|/)(?:\.github/(?:workflows|actions)|\.gitlab|\.circleci|\.buildkite|terraform|helm|charts|k8s|kubernetes"
    r"|kustomize|deploy(?:ment)?|infra(?:structure)?|ansible|playbooks|group_vars|host_vars|nixos|packer|pulumi|systemd"
    r"|iac|docker|ci)/"
    r"|(?:^|/)roles/[^/]+/(?:tasks|handlers|defaults|vars|meta)/"
    r"|(?:^|/)(?:\.gitlab-ci\.ya?ml|Jenkinsfile|Vagrantfile|Procfile|Caddyfile|Brewfile|\.?justfile|Taskfile\.ya?ml"
    r"|Makefile|GNUmakefile|action\.ya?ml|fly\.toml|vercel\.json|netlify\.toml|wrangler\.(?:toml|jsonc?)|railway\.\w+"
    r"|\.?goreleaser\.ya?ml|\.travis\.ya?ml|\.github/[\w-]+\.ya?ml"
    r"|_headers|_redirects|CODEOWNERS|kustomization\.ya?ml|Chart\.yaml|flake\.lock|ansible\.cfg|nginx\.conf)$"
    r"|Dockerfile|\.dockerignore$|docker-compose|(?:^|/)compose\.ya?ml|\.(?:tf|tfvars|hcl|nix|just|service|timer)$"
)
SETUP_FILE: Final = Patterns(
    r"(?:^|/)(?:package(?:-lock)?\.json|pnpm-(?:lock|workspace)\.yaml|yarn\.lock|bun\.lockb?|pyproject\.toml|uv\.lock"
    r"|poetry\.lock|requirements[\w.-]*\.txt|Cargo\.(?:toml|lock)|go\.(?:mod|sum|work)|Gemfile(?:\.lock)?|composer\.json"
    r"|pom\.xml|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?|gradle\.properties|libs\.versions\.toml"
    r"|\w[\w.]*\.(?:csproj|fsproj|vcxproj|slnx?|props|gemspec)|xmake\.lua|CMakeLists\.txt|Podfile|Package\.swift"
    r"|pubspec\.yaml|mix\.exs|deno\.jsonc?|setup\.(?:py|cfg)|(?:tox|pytest|mypy)\.ini|(?:ruff|rustfmt|clippy|deny)\.toml"
    r"|rust-toolchain(?:\.toml)?|lerna\.json|nx\.json|tsconfig[\w.]*\.json|turbo\.json|biome\.json\w*"
    r"|(?:default|setting)s\.(?:ya?ml|toml|ini)|favicon\.\w+|robots\.txt|(?:LICEN[SC]E(?:-\w+)?|COPYING|NOTICE)(?:\.(?:md|txt))?"
    r"|\.[\w-]+ignore|\.gitattributes|\.env[\w.]*|\.editorconfig|\.nvmrc|\.(?:tool|node|python|ruby)-versions?"
    r"|\.clang-(?:format|tidy)|\.(?!bash|zsh|vim)[\w-]+rc(?:\.\w+)?|\.[\w-]+\.(?:ya?ml|toml|jsonc?|ini))$"
    r"|(?:^|/)\.(?:vscode|idea|husky|changeset)/"
    r"|(?:^|/)[\w.-]*config\.(?:js|ts|mjs|cjs|json|yaml|yml|toml)$|\.gitkeep$"
)
SHELL_FILE: Final = Patterns(r"\.(?:sh|bash|zsh|ps1)$|(?:^|/)(?:bin|scripts?)/[\w-]+$")
# Files whose main part is to export or to register what is in other files.
BARREL_FILE: Final = Patterns(r"(?:^|/)(?:_?index\.[cm]?[jt]sx?|__init__\.pyi?|mod\.rs|lib\.rs)$")
