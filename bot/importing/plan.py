"""What an import would change, decided before anything is written.

Three texts are compared: what the source says now, what the last import wrote, what is in the
folder. Where only one side changed, that side counts; where both did, the owner's words stay and
the source's go beside them as ``.incoming``. What the source no longer has only goes when asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from bot.importing.article_file import Draft, Present, changed_text, moved_text, new_text
from bot.importing.change import Change, Kind, Plan
from bot.importing.filing import Filing, slug
from bot.importing.folder import Folder
from bot.importing.links import address_key, addresses_of, relink
from bot.importing.moves import moves
from bot.importing.records import Entry, Taken
from bot.sources.source import Failed, Gone, Page, Skipped, Unchanged
from retrieval.article import Audience

INCOMING = ".incoming"
ARCHIVE = "_archive"


class Planner:
    """Plans the import of one source.

    Args:
        name: Its name.
        folder: What lies in the knowledge base.
        entries: What is remembered of the source.
        filing: Where new articles go.
        today: The day of the import.
        restore: Whether articles that were deleted here come back.
        has_incoming: Paths beside which a file ``.incoming`` lies.
    """

    def __init__(
        self,
        name: str,
        folder: Folder,
        entries: Mapping[str, Entry],
        filing: Filing,
        today: date,
        *,
        restore: bool = False,
        has_incoming: frozenset[str] = frozenset(),
    ) -> None:
        self._name = name
        self._entries = dict(entries)
        self._moved: Mapping[str, Present] = {}
        self._filing = filing
        self._today = today
        self._restore = restore
        self._has_incoming = has_incoming
        self._present = {
            key: each for (source, key), each in folder.present.items() if source == name
        }
        self._others = [e for (source, _), e in folder.present.items() if source != name]
        self._ids = set(folder.ids)
        self._paths = set(folder.paths)

    def plan(self, taken: Iterable[Taken], missing: str, *, prune: bool = False) -> Plan:
        """The plan for what was taken.

        Args:
            taken: What the source yielded.
            missing: Why not everything was seen.
            prune: Whether articles that are gone are archived; only where everything was seen.
        """
        listed = list(taken)
        failed = tuple(e.item for e in listed if isinstance(e.item, Failed))
        is_complete = not missing and not failed
        gone = self._without_moved(listed, self._gone_keys(listed, is_complete=is_complete))
        drafts = {
            each.item.key: self._draft(each.item) for each in listed if isinstance(each.item, Page)
        }
        paths = self._paths_of(listed, drafts)
        changes: list[Change] = []
        entries = dict(self._entries)
        for each in listed:
            match each.item:
                case Page():
                    draft = drafts[each.item.key]
                    body = relink(draft.body, draft.path, paths[draft.audience])
                    told = self._compared(each, replace(draft, body=body), draft.revision)
                    changes.append(told)
                case Unchanged(key=key) if not entries.get(key, Entry()).skipped:
                    changes.append(self._left(key))
                case Skipped(key=key, reason=reason, validators=said):
                    known = entries.get(key, Entry())
                    entries[key] = replace(
                        known, etag=said.etag, modified=said.modified, skipped=reason
                    )
                case _:
                    pass
        skipped = [e.item for e in listed if isinstance(e.item, Skipped)]
        skipped += [
            Skipped(e.item.key, entries[e.item.key].skipped)
            for e in listed
            if isinstance(e.item, Unchanged) and entries.get(e.item.key, Entry()).skipped
        ]
        for key in gone - self._present.keys():
            del entries[key]  # neither there nor here
        left = gone & self._present.keys()
        changes += [self._gone(key, prune=prune and is_complete) for key in sorted(left)]
        for change in changes:
            if change.entry is None:
                entries.pop(change.key, None)
            else:
                entries[change.key] = change.entry
        return Plan(tuple(changes), tuple(skipped), failed, missing, entries)

    def _without_moved(self, listed: Iterable[Taken], gone: frozenset[str]) -> frozenset[str]:
        """What is gone for good; articles that only moved are known by their new keys from now."""
        left = [self._present[key] for key in sorted(gone) if key in self._present]
        pages = [each.item for each in listed if isinstance(each.item, Page)]
        self._moved = moves(pages, left, {*self._present, *self._entries})
        for new, here in self._moved.items():
            self._present[new] = self._present.pop(here.key)
            if here.key in self._entries:
                self._entries[new] = self._entries.pop(here.key)
        return gone - {here.key for here in self._moved.values()}

    def _draft(self, page: Page) -> Draft:
        place = self._filing.place(page)
        here = self._present.get(page.key)
        if here is not None:
            id_, path, audience = here.id, here.path, here.audience
        else:
            id_ = self._free(slug(page.title) or slug(page.key) or "article", place.domain)
            path, audience = f"{place.domain}/{id_}.md", place.audience
        self._ids.add(id_)
        self._paths.add(path.lower())
        return Draft(
            id=id_,
            path=path,
            title=page.title,
            body=page.body,
            locale=_locale(page.locale),
            url=page.url,
            source=self._name,
            key=page.key,
            owner=place.owner,
            domain=place.domain,
            audience=audience,
            tags=page.tags,
        )

    def _free(self, wanted: str, domain: str) -> str:
        """A name that no article has: the wanted one, or with ``-2`` and so on."""
        name, number = wanted, 1
        while name in self._ids or f"{domain}/{name}.md".lower() in self._paths:
            number += 1
            name = f"{wanted}-{number}"
        return name

    def _paths_of(
        self, listed: Iterable[Taken], drafts: Mapping[str, Draft]
    ) -> Mapping[Audience, Mapping[str, str]]:
        """Paths by address, for readers of each audience: customers aren't led to internal ones."""
        known = [
            (address_key(each.url), each.path, each.audience)
            for each in (*self._others, *self._present.values())
            if each.url
        ]
        for each in listed:
            if isinstance(each.item, Page) and each.item.key not in self._deleted(each.item.key):
                draft = drafts[each.item.key]
                known += [(a, draft.path, draft.audience) for a in addresses_of(each.item)]
        return {
            reader: {
                address: path
                for address, path, audience in known
                if reader is Audience.INTERNAL or audience is Audience.CUSTOMER
            }
            for reader in Audience
        }

    def _deleted(self, key: str) -> frozenset[str]:
        """The key itself where its article was imported and is here no more."""
        entry = self._entries.get(key, Entry())
        is_deleted = bool(entry.revision) and key not in self._present and not self._restore
        return frozenset({key}) if is_deleted else frozenset()

    def _compared(self, taken: Taken, draft: Draft, said: str) -> Change:
        """What becomes of a page that was read; ``said`` is the hash of its own words."""
        page = taken.item
        assert isinstance(page, Page)  # noqa: S101  for mypy; the caller looked
        here = self._present.get(page.key)
        before = self._entries.get(page.key, Entry())
        entry = replace(
            before,
            etag=page.validators.etag,
            modified=page.validators.modified,
            said=said,
            skipped="",
        )
        if here is None:
            if self._deleted(page.key):
                return Change(Kind.DELETED_HERE, page.key, draft.path, entry=entry)
            text = new_text(draft, self._today)
            entry = replace(entry, revision=draft.revision, offered="")
            return self._writing(Kind.NEW, taken, draft, text, "", entry)
        if page.key in self._moved:
            return self._followed(taken, draft, here, entry)
        if draft.revision == here.revision:
            entry = replace(entry, revision=draft.revision, offered="")
            return Change(Kind.UNCHANGED, page.key, here.path, here.text, entry=entry)
        if self._is_edited(here, entry):
            return self._disputed(taken, draft, here, entry, is_new=before.said != said)
        entry = replace(entry, revision=draft.revision, offered="")
        text = changed_text(here, draft, self._today)
        return self._writing(Kind.CHANGED, taken, draft, text, here.text, entry)

    def _followed(self, taken: Taken, draft: Draft, here: Present, entry: Entry) -> Change:
        """A page that moved: the file learns its new address, and an edit stays as it is."""
        if self._is_edited(here, entry) and draft.revision != here.revision:
            text = moved_text(here, draft)
            entry = replace(
                entry, etag="", modified="", said=""
            )  # the text is compared the next time
            return Change(Kind.CHANGED, draft.key, here.path, here.text, text, entry=entry)
        entry = replace(entry, revision=draft.revision, offered="")
        text = changed_text(here, draft, self._today)
        return self._writing(Kind.CHANGED, taken, draft, text, here.text, entry)

    def _is_edited(self, here: Present, entry: Entry) -> bool:
        return here.revision not in {here.imported, entry.revision}

    def _disputed(
        self, taken: Taken, draft: Draft, here: Present, entry: Entry, *, is_new: bool
    ) -> Change:
        """The owner's words stay; what the source says now goes beside them, once.

        Where it says nothing new, at most its links lead elsewhere: an article came or went here.
        """
        if not is_new:
            return Change(self._edited(here, entry), draft.key, here.path, here.text, entry=entry)
        if draft.revision in {here.imported, entry.revision}:
            return Change(Kind.EDITED, draft.key, here.path, here.text, entry=entry)
        beside = here.path + INCOMING
        if draft.revision == entry.offered:
            is_open = here.path in self._has_incoming
            kind = Kind.CONFLICT if is_open else Kind.EDITED
            return Change(kind, draft.key, here.path, here.text, entry=entry)
        entry = replace(entry, offered=draft.revision)
        text = changed_text(here, draft, self._today)
        change = self._writing(Kind.CONFLICT, taken, draft, text, here.text, entry)
        return replace(change, target=beside)

    def _writing(
        self, kind: Kind, taken: Taken, draft: Draft, text: str, before: str, entry: Entry
    ) -> Change:
        above = text.count("\n") - draft.body.strip().count("\n") - 1
        title = next(n for n, line in enumerate(text.split("\n"), 1) if line.startswith("title:"))
        personal = tuple(
            replace(each, line=above + each.line if each.line else title) for each in taken.personal
        )
        return Change(kind, draft.key, draft.path, before, text, None, personal, entry)

    def _left(self, key: str) -> Change:
        """A page that the server says is as it was."""
        entry = self._entries.get(key, Entry())
        here = self._present.get(key)
        if here is None:
            return Change(Kind.DELETED_HERE, key, "", entry=entry)
        kind = self._edited(here, entry) if self._is_edited(here, entry) else Kind.UNCHANGED
        return Change(kind, key, here.path, here.text, entry=entry)

    def _edited(self, here: Present, entry: Entry) -> Kind:
        """An edited article of which the source says nothing new."""
        is_open = bool(entry.offered) and here.path in self._has_incoming
        return Kind.CONFLICT if is_open else Kind.EDITED

    def _gone_keys(self, listed: Iterable[Taken], *, is_complete: bool) -> frozenset[str]:
        """What the source has no more. What wasn't seen is not gone."""
        said = frozenset(each.item.key for each in listed if isinstance(each.item, Gone))
        seen = frozenset(each.item.key for each in listed) - said
        known = frozenset((*self._present, *self._entries))
        return known - seen if is_complete else known & said

    def _gone(self, key: str, *, prune: bool) -> Change:
        """An article that the source has no more; it is archived unless its owner edited it."""
        here, entry = self._present[key], self._entries.get(key, Entry())
        if prune and not self._is_edited(here, entry):
            target = f"{ARCHIVE}/{here.path}"
            return Change(Kind.GONE, key, here.path, here.text, here.text, target)
        return Change(Kind.GONE, key, here.path, here.text, entry=entry)


def _locale(told: str) -> str:
    """A language tag in its usual form, empty where it is none."""
    language, _, region = told.strip().replace("_", "-").partition("-")
    if not (language.isascii() and language.isalpha() and 2 <= len(language) <= 3):
        return ""
    fits = region.isascii() and region.isalnum() and 2 <= len(region) <= 8
    return (
        f"{language.lower()}-{region.upper() if len(region) == 2 else region}"
        if fits
        else (language.lower())
    )
