import type { ArticleCard, WorldEntity } from "~/api/types";

interface Told {
  article: ArticleCard;
  /** The chapter that is about them, where the article is about more. */
  heading: string | undefined;
}

interface Chapters {
  id: string;
  sections: readonly { heading: string | null }[];
}

const folded = (text: string) => text.normalize("NFKC").trim().toLocaleLowerCase();

/** The articles that are about somebody, or have a chapter that is: by their name, or by their slug. */
export function articlesAbout({ name, slug }: Pick<WorldEntity, "name" | "slug">, articles: readonly ArticleCard[], chapters: readonly (Chapters | undefined)[]): Told[] {
  const wanted = folded(name);
  return articles.flatMap((article): Told[] => {
    if (article.slug === slug || folded(article.title) === wanted) return [{ article, heading: undefined }];
    const sections = chapters.find((one) => one?.id === article.id)?.sections ?? [];
    // A chapter may add to the name who that is: "Carrot (Pepper's familiar)".
    const chapter = sections.find(({ heading }) => heading !== null && folded(heading.replace(/\s*\([^)]*\)\s*$/, "")) === wanted);
    return chapter?.heading != null ? [{ article, heading: chapter.heading }] : [];
  });
}
