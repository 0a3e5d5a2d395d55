import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { pageTextsQuery } from "~/api/library";
import type { PageItem } from "~/api/types";
import { panelsQuery } from "~/api/understanding";

import { boxOf } from "../model/panels";

import type { Ring } from "./marks";

/** What an address asks to be shown on its page; `key` is another one when another thing is asked for, empty for none. */
export interface AskedMark {
  key: string;
  balloon: string | undefined;
  /** The panel's number, from 1. */
  panel: number | undefined;
  box: string | undefined;
}

interface Where {
  page: PageItem | undefined;
  language: string | null;
  signedIn: boolean;
}

/** Where on the page that is, once it is known; a page that was not seen tells nothing. */
export function useAskedRing({ balloon, panel, box }: AskedMark, { page, language, signedIn }: Where): Ring | null {
  const told = signedIn && page?.seen === true;
  const texts = useQuery({ ...pageTextsQuery(page?.id ?? "", language ?? ""), enabled: told && balloon !== undefined && language !== null, retry: false }).data;
  const panels = useQuery({ ...panelsQuery(page?.id ?? ""), enabled: told && panel !== undefined }).data;
  const pageId = page?.id;
  return useMemo(() => {
    const found = boxOf(box) ?? texts?.balloons.find(({ id }) => id === balloon) ?? panels?.items.find(({ number }) => number === panel);
    if (!found || pageId === undefined) return null;
    const { x, y, width, height } = found;
    return { pageId, box: { x, y, width, height } };
  }, [box, balloon, panel, texts, panels, pageId]);
}
