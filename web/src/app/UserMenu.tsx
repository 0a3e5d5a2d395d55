import { Menu, useMantineColorScheme } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Keyboard, LogIn, LogOut, Monitor, Moon, Settings, Sun, UsersRound, Wrench } from "lucide-react";

import { part } from "~/api/http";
import { changeMe, sessionQuery, signOut } from "~/api/session";
import type { Session } from "~/api/types";
import { isLanguage, languagesOnOffer, useLanguage, useText, type Language } from "~/lib/language";
import { notify } from "~/lib/notices";
import { explain } from "~/ui/Failure";

import styles from "./UserMenu.module.css";
import { showKeys } from "./keys";

const themes = [
  { value: "light", icon: Sun },
  { value: "dark", icon: Moon },
  { value: "auto", icon: Monitor },
] as const;

export function UserMenu({ session }: { session: Session }) {
  const text = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { language, choose } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leaving = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      queries.setQueryData(sessionQuery.queryKey, (before) => before && { ...before, user: null });
      await navigate({ to: "/welcome" });
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  const { user } = session;
  const speak = (tag: Language) => {
    part(choose(tag)).catch((error: unknown) => notify(explain(error, text), { tone: "problem" }));
    // The account remembers it for other devices; here it is spoken already, so a failure changes nothing.
    if (user && isLanguage(tag)) changeMe({ language: tag }).then((known) => queries.setQueryData(sessionQuery.queryKey, known), () => undefined);
  };
  return (
    <Menu width={236}>
      <Menu.Target>
        <button type="button" className={styles.face} aria-label={user ? text("user.menuOf", { name: user.name }) : text("user.menu")}>
          {user ? user.name.trim().charAt(0).toLocaleUpperCase(language) : <Settings size={18} strokeWidth={1.7} aria-hidden />}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {user ? (
          <>
            <Menu.Label className={styles.who}>
              <strong>{user.name}</strong>
              <span>{text(`roles.${user.role}`)}</span>
            </Menu.Label>
            <Menu.Divider />
          </>
        ) : null}
        <Menu.Label>{text("appearance.theme")}</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(scheme) => setColorScheme(scheme as typeof colorScheme)}>
          {themes.map(({ value, icon: Sign }) => (
            <Menu.RadioItem key={value} value={value} rightSection={<Sign size={16} strokeWidth={1.7} aria-hidden />}>
              {text(`appearance.${value}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>{text("appearance.language")}</Menu.Label>
        <Menu.RadioGroup value={language} onChange={(tag) => speak(tag as Language)}>
          {languagesOnOffer(language).map(([tag, name]) => (
            <Menu.RadioItem key={tag} value={tag} lang={tag}>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        {user ? (
          <Menu.Item leftSection={<UsersRound size={16} strokeWidth={1.7} aria-hidden />} onClick={() => void navigate({ to: "/family" })}>
            {text("rooms.family")}
          </Menu.Item>
        ) : null}
        {user?.role === "owner" ? (
          <Menu.Item leftSection={<Wrench size={16} strokeWidth={1.7} aria-hidden />} onClick={() => void navigate({ to: "/admin" })}>
            {text("rooms.admin")}
          </Menu.Item>
        ) : null}
        <Menu.Item leftSection={<Keyboard size={16} strokeWidth={1.7} aria-hidden />} onClick={showKeys}>
          {text("keys.title")}
        </Menu.Item>
        {user ? (
          <Menu.Item leftSection={<LogOut size={16} strokeWidth={1.7} aria-hidden />} onClick={() => leaving.mutate()}>
            {text("user.signOut")}
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<LogIn size={16} strokeWidth={1.7} aria-hidden />} onClick={() => void navigate({ to: "/welcome" })}>
            {text("user.signIn")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
