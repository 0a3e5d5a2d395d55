import { Checkbox } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";

import { confirmCountry, countriesQuery, doubtCountry } from "~/api/admin";
import { useLanguage, useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import styles from "../admin.module.css";

import own from "./Countries.module.css";

/** From which age people agree for themselves, country by country, each with its source, to be confirmed. */
export function CountriesScreen() {
  const text = useText();
  const { language } = useLanguage();
  const queries = useQueryClient();
  const countries = useQuery(countriesQuery);
  const names = useMemo(() => new Intl.DisplayNames([language], { type: "region", fallback: "code" }), [language]);
  const nameOf = (country: string) => names.of(country) ?? country;
  const failed = (error: unknown) => notify(explain(error, text), { tone: "problem" });
  const changing = useMutation({
    mutationFn: ({ country, yes }: { country: string; yes: boolean }) => (yes ? confirmCountry(country) : doubtCountry(country)),
    onSuccess: (known, { country, yes }) => {
      queries.setQueryData(countriesQuery.queryKey, known);
      const take = async () => queries.setQueryData(countriesQuery.queryKey, await (yes ? doubtCountry : confirmCountry)(country));
      notify(text(yes ? "admin.countries.isConfirmed" : "admin.countries.isDoubted", { country: nameOf(country) }), { undo: () => void take().catch(failed) });
    },
    onError: failed,
  });
  if (countries.isError && !countries.data) return <Failure error={countries.error} retry={() => void countries.refetch()} />;
  return (
    <>
      <p className={styles.help}>
        {text("admin.countries.help")}
        {countries.data ? ` ${text("admin.countries.counted", { confirmed: countries.data.items.filter((row) => row.confirmed_at).length, count: countries.data.items.length })}` : null}
      </p>
      {countries.data ? (
        <div className={styles.tableFrame}>
          <table className={`${styles.table} ${own.countries}`}>
            <thead>
              <tr>
                {(["country", "age", "aiAge", "source", "confirmed"] as const).map((column) => (
                  <th key={column} scope="col">
                    {text(`admin.countries.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[...countries.data.items].sort((one, other) => nameOf(one.country).localeCompare(nameOf(other.country), language)).map((row) => (
                <tr key={row.country}>
                  <th scope="row">{nameOf(row.country)}</th>
                  <td className={styles.number} data-label={text("admin.countries.age")}>
                    {row.age}
                  </td>
                  <td className={styles.number} data-label={text("admin.countries.aiAge")}>
                    {row.ai_age ?? <span className={styles.dim}>–</span>}
                  </td>
                  <td>
                    {row.law}
                    <br />
                    <span className={styles.dim}>
                      {/^https?:/.test(row.source) ? (
                        <a href={row.source} target="_blank" rel="noreferrer">
                          {row.source}
                        </a>
                      ) : (
                        row.source
                      )}{" "}
                      · {text("admin.countries.asOf", { day: new Date(row.as_of) })}
                    </span>
                    {row.note ? (
                      <>
                        <br />
                        <span className={styles.dim}>{row.note}</span>
                      </>
                    ) : null}
                  </td>
                  <td>
                    <Checkbox
                      aria-label={text("admin.countries.confirm", { country: nameOf(row.country) })}
                      checked={row.confirmed_at !== null}
                      disabled={changing.isPending && changing.variables.country === row.country}
                      onChange={(event) => changing.mutate({ country: row.country, yes: event.currentTarget.checked })}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Skeleton height={420} round={14} />
      )}
    </>
  );
}
